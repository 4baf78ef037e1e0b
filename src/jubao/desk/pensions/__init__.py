"""Pensions: who must prove that they live, and who reaches the age."""
