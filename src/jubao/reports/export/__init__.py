"""The whole book of record as documented tables."""
