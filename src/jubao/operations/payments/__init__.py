"""Money out: payroll, single payouts, delegated programmes, bank batches and what became of them."""
