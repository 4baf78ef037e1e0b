"""People and their relation: first register and what is told of the time before, registration, enrolment, bank accounts, cards, transfers."""
