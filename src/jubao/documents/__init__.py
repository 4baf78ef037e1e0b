"""Paper: Word reports, Excel lists and amounts in words from plain dataclasses, without any database.

The map of the room:

* ``self_evaluation``: the statutory self-evaluation report (附件1) as a Word file; its content is declared in
  ``evaluation_form``, its tables in ``evaluation_money`` (part 二) and ``evaluation_tables`` (the others).
* ``workbook``: lists for the office printer as Excel files, declared in ``sheet``.
* ``split``: one list cut by township and village into a zip of files.
* ``notice``: a one-page letter or notice as a Word file.
* ``amount_words``: 人民币大写.
* ``word`` and ``grid``: pages, fonts and merged tables, used by everything made of Word.
* ``sealing``: the same input gives the same bytes, put in place whole or not at all.
"""
