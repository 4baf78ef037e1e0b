"""What pages are built of: amounts, days, states, chains, tables."""
