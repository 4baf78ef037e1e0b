"""People and their relation: first register, registration, enrolment, bank accounts, cards, transfers."""
