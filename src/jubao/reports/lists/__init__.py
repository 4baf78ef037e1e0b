"""Printed lists of people, payments and suspicions; ``listing`` names them all."""
