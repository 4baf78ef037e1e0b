"""What every page shares: its route, who sits here, what is refused, and the surroundings of what is shown."""
