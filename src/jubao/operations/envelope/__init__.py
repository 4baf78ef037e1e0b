"""The one envelope of every act.

Map: ``declaration`` and ``fields`` (what an act says of itself), ``fault`` (what stands against it), ``view`` (what it
may look at), ``changes`` (what it would change), ``arguments`` and ``request`` (what people stated, who, when),
``planning``, ``preview``, ``applying`` (made, shown, written), ``schema``, ``template`` and the room ``seen`` (what
people and programs see of an act), ``acting`` (propose and sign), ``withdrawing`` (taken back by its maker),
``chaining`` and ``audit`` (the chain), ``outbox`` and ``anchor`` (what leaves afterwards), ``posts`` (who may),
``refusals`` (the engine's no), ``seals`` (whether rows still are as they were sealed).
"""
