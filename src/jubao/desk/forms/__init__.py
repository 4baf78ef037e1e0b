"""Forms made from the declarations of acts: what is asked is drawn, what is typed is read, what is wrong stands beside it.

``written`` (texts to values), ``drawing`` (one row for each domain type), ``stated`` (typed fields to a case), ``act_form``
(the form as it is shown), ``faults`` (where each stands), ``picking`` (people and things by search),
``uploading`` and ``workbook``. Nothing here knows an act by name.
"""
