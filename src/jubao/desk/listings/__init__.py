"""Any list of the house as a page: conditions, order, pages by key, print and export."""
