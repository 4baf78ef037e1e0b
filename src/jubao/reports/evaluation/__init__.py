"""The year judged: score, monitoring, budget execution, narrative, the self-evaluation and what was signed."""
