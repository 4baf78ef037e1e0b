"""What people see of a plan before it happens: whom it touches, before and after, money, and exceptions first.

It is made from the changes, alike for every act, and read from the plan's own snapshot; nothing of it decides anything
but ``essence``, which every signature binds. Resident numbers and bank accounts are veiled; no clock is read.
"""

from typing import Any

from jubao.operations.envelope.applying import essence
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.seen.causes import (
    causes_of,
    files_of,
    head_summary,
    moves_of,
    others_of,
    summary,
)
from jubao.operations.envelope.seen.lines import SHOWN, people_of
from jubao.operations.envelope.seen.money import money_of
from jubao.operations.envelope.seen.people import People
from jubao.operations.envelope.seen.unusual import exceptions_of
from jubao.operations.envelope.seen.words import veiled


def preview_of(changes: Changes, people: People) -> dict[str, Any]:
    """The preview of a plan and of its people, as it is stored with its proposal and hashed; asked while the view is open.

    Returns:
        ``exceptions`` (kind, text, people with a detail), ``notices``, ``uncertain`` (rows of law nobody could
        verify), ``people`` (count, the first ones with moves and rows, how many beyond), ``causes`` and ``moves`` (all
        rows and heads by what they are), ``others`` (rows about nobody), ``money`` (months, payers, accounts, in fen),
        ``changes`` and ``heads`` (per table), ``files``, ``result``, and ``essence``.
    """
    uncertain = sorted({why for why in changes.view.parameters.values() if why})  # before exceptions ask for limits
    return {
        "exceptions": exceptions_of(changes, people),
        "notices": [veiled(notice) for notice in changes.notices],
        "uncertain": uncertain,
        "people": people_of(people, most=SHOWN),
        "causes": causes_of(people),
        "moves": moves_of(changes),
        "others": others_of(people),
        "money": money_of(people.tables),
        "changes": {
            str(model._meta.db_table): summary(table, people.of_rows(model)) for model, table in people.tables.items()
        },
        "heads": {
            str(model._meta.db_table): head_summary(model, changes)
            for model in sorted(changes.heads, key=lambda one: str(one._meta.db_table))
        },
        "files": files_of(changes),
        "result": changes.result,
        "essence": essence(changes),
    }
