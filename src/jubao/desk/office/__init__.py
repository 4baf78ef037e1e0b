"""The office itself (本单位): its budget, objectives and score."""
