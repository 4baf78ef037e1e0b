"""Contributions and individual accounts: files credited, interest, postings and balances."""
