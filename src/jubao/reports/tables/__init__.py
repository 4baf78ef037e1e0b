"""Statistical tables as data: rows, columns and the figure of each cell."""
