"""Books beside the bank: lines of both sides, the month's agreement, three-way differences, clearing accounts, sheets."""
