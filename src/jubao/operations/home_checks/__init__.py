"""Home checks: what the books doubt is asked in the villages.

- ``verification``: rounds of forms go out; ``findings``: they come back; ``proposals``: what they ask for.
"""
