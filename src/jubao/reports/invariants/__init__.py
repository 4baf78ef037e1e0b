"""What must always hold, checked against the database; ``verification`` runs them all."""
