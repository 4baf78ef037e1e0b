"""What people and programs see of an act, made from its declaration and its changes alone.

Map: ``words`` (values as a clerk says them), ``columns`` (a plan read by column), ``people`` (whom it touches, before and
after), ``causes`` and ``money`` (what it adds up to), ``unusual`` and ``payments`` (what an approver must see first, each a
``notable``); ``example`` and ``description`` (an act explained). ``offered`` and ``needed`` (which acts stand beside what
they are about, for whom, and why not). ``envelope.preview``, ``schema`` and ``template`` put them together. Of what is
stored: ``told``, ``stated`` and ``given`` (preview, arguments, result with types), ``everybody`` (all people),
``proposal`` (one proposal, with its chain), ``review`` and ``outcome`` (beside it, for whoever signs; what came of it),
``moved`` (what the facts changed meanwhile), ``endings`` (how it ended undone); ``signers`` (who may sign), ``gist``,
``inbox`` and ``proposals`` (many of them).
"""
