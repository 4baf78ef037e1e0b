"""The score of a year: points lost by each indicator of the scoring table, and the grade they lead to."""
