"""How one pension came about, down to each row of law and each posting."""
