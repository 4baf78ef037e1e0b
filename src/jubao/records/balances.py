"""What stands in individual accounts: what the postings say, brought along when postings are written."""

from django.db import connection

from jubao.columns.by_code import amount_columns
from jubao.vocabulary.codes import Source

ACCOUNT, COLUMNS = "records_individualaccount", amount_columns(Source)
LISTED = ", ".join(COLUMNS)
# The net of some postings by person.
NET = (
    f"SELECT person_id, {', '.join(f'CAST(sum({one}) AS BIGINT) AS {one}' for one in COLUMNS)} "
    "FROM records_accountposting WHERE id BETWEEN %s AND %s GROUP BY person_id"
)
TAKES = " OR ".join(f"n.{one} < 0" for one in COLUMNS)
SUM = ", ".join(f"{one} = {ACCOUNT}.{one} + {{more}}.{one}" for one in COLUMNS)
# Engines look at a row's rules before they look whether it stands already. So whoever only gains is written by one
# statement, with a new account where there is none; and whoever loses by another. Who loses without an account is given
# to the first, where the rule against negative accounts refuses it.
GAINED = (
    f"INSERT INTO {ACCOUNT} (person_id, {LISTED}) SELECT person_id, {LISTED} FROM ({NET}) n WHERE NOT ({TAKES}) "
    f"OR NOT EXISTS (SELECT 1 FROM {ACCOUNT} a WHERE a.person_id = n.person_id) "
    f"ON CONFLICT (person_id) DO UPDATE SET {SUM.format(more='excluded')}"
)
LOST = (
    f"UPDATE {ACCOUNT} SET {SUM.format(more='n')} FROM ({NET}) n WHERE n.person_id = {ACCOUNT}.person_id AND ({TAKES})"
)


def carry(first: int, last: int) -> None:
    """Bring the accounts along by what the postings with these consecutive keys say.

    Raises:
        django.db.IntegrityError: an account would fall below zero.
    """
    with connection.cursor() as cursor:
        cursor.execute(GAINED, [first, last])
        cursor.execute(LOST, [first, last])
