"""People and their relation: first register, registration, enrolment, bank accounts, the end of it and its taking back, transfers."""
