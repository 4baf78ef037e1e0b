"""What a figure is: window, measure, reading, breakdown, relations between figures and plausible bounds."""
