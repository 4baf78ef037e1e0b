"""The law as the office reads it (政策): every parameter, one row by row, and another value tried on the books."""
