"""Printed lists of people, payments and suspicions; ``every_list`` names them all, ``listing`` says what a list is."""
