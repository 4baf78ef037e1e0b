"""The words every room speaks: money, months, resident numbers, names, codes and working days.

The map of the room:

- ``fen``: money as whole fen, its rounding, its text;
- ``month``: months as integers YYYYMM, and arrays of them;
- ``resident_number``: the citizen identification number of GB 11643, one at a time and by the million;
- ``name``: names of people, brought to one form for comparing;
- ``codes``: the code lists with their Chinese labels;
- ``posts``: the posts of the office, which exclude each other, and who stands in for whom;
- ``workdays``: working days, for the deadlines of procedures;
- ``key_file``: secrets that only their owner reads, made once and never replaced.
"""
