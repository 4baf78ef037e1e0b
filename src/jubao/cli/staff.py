"""``jubao staff``: who holds which post today, who is away, what nobody can do for it; and what an absence would do."""

import json
import sys
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import typer

from jubao.cli.setup import REFUSED, command
from jubao.cli.viewing import today
from jubao.vocabulary.audience import ANYBODY

DAY = typer.Option("--on", formats=["%Y-%m-%d"], help="哪一天，缺省今天 / the day, default today")
AWAY = typer.Option("--away", help="设想谁缺勤（工号），只问不记 / suppose somebody is away; nothing is recorded")
FROM = typer.Option("--from", formats=["%Y-%m-%d"], help="设想缺勤的起始日 / first day of the supposed absence")
TO = typer.Option("--to", formats=["%Y-%m-%d"], help="设想的返岗日（当天不算缺勤） / first day back")
MARKDOWN = typer.Option(
    "--markdown", help="输出各种缺勤的影响 / print what each absence, and each pair of them, would do"
)
AS_JSON = typer.Option("--json", help="以 JSON 输出 / print JSON")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("staff", help="在岗、缺勤和无人可办的业务 / who holds what, who is away, what nobody can do.")(staff)


@command(ANYBODY)
def staff(
    on: Annotated[datetime | None, DAY] = None,
    away: Annotated[str, AWAY] = "",
    first: Annotated[datetime | None, FROM] = None,
    last: Annotated[datetime | None, TO] = None,
    markdown: Annotated[bool, MARKDOWN] = False,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Say who works in which post; exit 1 when something cannot be done by anybody, or would not be."""
    from jubao.operations.office.coverage_page import coverage_page
    from jubao.reports.roster import roster

    day = on.date() if on else today()
    people = roster()
    if markdown:
        print(coverage_page(people, day), end="")
        return
    told = _supposed(people, away, first, last) if away else _today(people, day)
    if as_json:
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        sys.stdout.write("\n")
    else:
        _print(told)
    if told["broken"]:
        raise typer.Exit(REFUSED)


def _today(people: Any, day: date) -> dict[str, Any]:
    """Everybody's posts on a day, and what nobody can do on it."""
    from jubao.operations.office.coverage import Gap, acted_in_month, broken, told
    from jubao.operations.office.people_listed import listed

    cases = broken(people, day, acted_in_month)
    gaps = [told(Gap(day, day + timedelta(days=1), cases))] if cases else []
    return {"on": day.isoformat(), "people": listed(people, day), "broken": gaps}


def _supposed(people: Any, away: str, first: datetime | None, last: datetime | None) -> dict[str, Any]:
    """What the absence of somebody would break that is not broken anyway."""
    from jubao.operations.office.absences import gone
    from jubao.operations.office.coverage import acted_in_month, newly_broken, told

    if not people.of(away):
        raise typer.BadParameter(f"没有工号 {away}", param_hint="--away")
    if first is None or last is None or last <= first:
        raise typer.BadParameter("请写明起始日和其后的返岗日", param_hint="--from --to")
    since, until = first.date(), last.date()
    gaps = newly_broken(people, gone([(away, since, until)], people), since, until, acted_in_month)
    return {"away": away, "from": since.isoformat(), "to": until.isoformat(), "broken": [told(gap) for gap in gaps]}


def _print(told: dict[str, Any]) -> None:
    for one in told.get("people", ()):
        state = f"，缺勤至 {one['back']}" if one["back"] else ""
        print(f"{one['staff']}  {one['name']}  {one['title']}{state}")
        for post in one["posts"]:
            until = f"，{post['until']} 到期" if post["until"] else ""
            print(f"    {post['capacity']}  {post['post']}（{post['since']} 起{until}）")
    if "away" in told:
        print(f"{told['away']} {told['from']} 至 {told['to']}（当日返岗）缺勤：")
    for sentence in told["broken"]:
        print(f"  {sentence}")
    print(
        "无人可办的，请以“上级派人代办”（staff.stand_in）报请上级派人。" if told["broken"] else "各项业务都有人可办。"
    )
