"""The first page of everybody, and what it leads to: alerts to answer, files that wait to leave."""
