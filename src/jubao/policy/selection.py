"""Which of a parameter's rows speaks: for an area, on a day, among those known by a day."""

from datetime import date

from jubao.policy.schema import Parameter, Row


def rows_for(parameter: Parameter, area: str, as_known: date | None) -> list[Row]:
    """The rows that may speak for an area, known by a day; most specific area last, then by first day."""
    rows = [
        row
        for row in parameter.rows
        if (row.area == "CN" or (area != "CN" and area.startswith(row.area)))
        and (as_known is None or row.known_from <= as_known)
    ]
    return sorted(rows, key=lambda row: (0 if row.area == "CN" else len(row.area), row.valid_from))


def find(rows: list[Row], on: date) -> Row | None:
    """The row in force on a day: the latest begun of the most specific area that has one in force."""
    in_force = [row for row in rows if row.valid_from <= on and covers(rows, row, on)]
    return in_force[-1] if in_force else None


def covers(rows: list[Row], row: Row, on: date) -> bool:
    """Whether a row that has begun still runs on a day."""
    end = end_of(rows, row)
    return end is None or on < end


def end_of(rows: list[Row], row: Row) -> date | None:
    """The first day a row no longer runs: its own end or the first day of the next row of the same area."""
    following = (other.valid_from for other in rows if other.area == row.area and other.valid_from > row.valid_from)
    return row.valid_to or min(following, default=None)
