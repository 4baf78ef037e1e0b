"""Paper: Word reports, Excel lists and amounts in words from plain dataclasses, without any database.

The map of the room:

* ``self_evaluation`` and ``self_evaluation_pdf``: the statutory self-evaluation report (附件1) as a Word file and,
  by ``self_evaluation.typ``, as PDF; its content is declared in ``evaluation_form``, its order in
  ``evaluation_outline``, its tables in ``evaluation_money`` (part 二), ``evaluation_tables`` (the other parts) and
  ``evaluation_appendix`` (附表).
* ``own_template``: an office's own Word template filled with named figures.
* ``workbook``: lists for the office printer as Excel files, declared in ``sheet``.
* ``chart``: the same lists with line charts over the first one.
* ``split``: one list cut by township and village into a zip of files.
* ``fill_in``: a list that is printed or filled in elsewhere and read back by its headings.
* ``blank_form``: a workbook to be filled in, with a format, a hint and a rule for each column.
* ``sheet_pdf``: the same lists as PDF, by ``sheet.typ``; ``typesetting`` sets every PDF: fonts, what a page can carry.
* ``voucher``: one voucher (记账凭证) as a page to print and sign.
* ``notice``: a one-page letter or notice as a Word file.
* ``amount_words``: 人民币大写.
* ``word`` and ``grid``: pages, fonts and merged tables, used by everything made of Word.
* ``reproducible_zip``: the same input gives the same bytes, put in place whole or not at all.
* ``reading``: a Word file or text that somebody else wrote, read back as lines and tables.
"""
