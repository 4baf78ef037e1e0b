"""Official tables (统计表): filled from figures, every cell open, printed and taken out as Excel."""
