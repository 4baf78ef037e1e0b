"""Balances of individual accounts: what the entries say, brought along when entries are written."""

from django.db import connection

# The net of some entries by person and source; what a person gains may open a balance, what a person loses never does.
NET = (
    "SELECT person_id, source, CAST(sum(amount_fen) AS BIGINT) AS fen FROM records_accountentry "
    "WHERE id BETWEEN %s AND %s GROUP BY person_id, source"
)
GAINED = (
    f"INSERT INTO records_accountbalance (person_id, source, balance_fen) SELECT person_id, source, fen FROM ({NET}) n "
    "WHERE fen > 0 ON CONFLICT (person_id, source) DO UPDATE SET "
    "balance_fen = records_accountbalance.balance_fen + excluded.balance_fen"
)
LOST = (
    f"UPDATE records_accountbalance SET balance_fen = balance_fen + n.fen FROM ({NET}) n WHERE n.fen < 0 "
    "AND n.person_id = records_accountbalance.person_id AND n.source = records_accountbalance.source"
)


def carry(first: int, last: int) -> None:
    """Bring the balances along by what the entries with these consecutive keys say.

    Raises:
        django.db.IntegrityError: an account would fall below zero.
    """
    with connection.cursor() as cursor:
        cursor.execute(GAINED, [first, last])
        cursor.execute(LOST, [first, last])
