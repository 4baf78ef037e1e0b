"""The annual self-evaluation (报告): as it will be printed, what must be explained, signed versions beside the books."""
