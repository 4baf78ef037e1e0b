"""People and their relation: first register and the time before it, registration, enrolment, bank accounts, transfers."""
