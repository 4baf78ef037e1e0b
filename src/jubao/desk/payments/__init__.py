"""The monthly payment of pensions: months and their steps, what changed and why, what the bank answered."""
