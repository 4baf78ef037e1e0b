"""The fund between levels: fiscal money due and received, surplus remitted, the fund's budget, its projection."""
