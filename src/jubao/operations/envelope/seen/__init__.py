"""What people and programs see of an act, made from its declaration and its changes alone.

Map: ``words`` (values as a clerk says them), ``columns`` (a plan read by column), ``people`` (whom it touches, before and
after), ``causes`` and ``money`` (what it adds up to), ``unusual`` and ``payments`` (what an approver must see first, each a
``notable``); ``example`` and ``description`` (an act explained); ``proposal`` (one proposal, with its chain);
``offered`` and ``needed`` (which acts stand beside what they are about, for whom, and why not).
``envelope.preview``, ``schema`` and ``template`` put them together.
"""
