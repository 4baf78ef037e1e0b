"""Figures (指标): those of a year, one opened down to people and vouchers, what they contradict, drawings of a year."""
