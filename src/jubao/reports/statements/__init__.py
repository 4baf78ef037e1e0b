"""The books' statements down to vouchers, and the journals for other programs."""
