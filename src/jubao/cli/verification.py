"""``jubao verification ROUND``: the forms of a round of home checks, and what its findings ask for."""

import json
import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from jubao.cli.setup import command
from jubao.cli.viewing import REASON, viewer_by
from jubao.vocabulary.audience import PEOPLE

ROUND = typer.Argument(metavar="ROUND", help="核查轮次编号 / number of the round")
OUT = typer.Option(
    "--out",
    dir_okay=False,
    help="写到 .zip（逐村Excel）、.xlsx（一张表）或 .pdf（打印） / a zip of one form per village, one form, or paper",
)
HANDED_OUT = "HANDOVER:核查表下发"
"""A form is handed out for what its round was issued for; another reason may be stated."""
AS_JSON = typer.Option("--json", help="以 JSON 输出可提出的业务 / the proposals as JSON")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "verification",
        help="核查表下发，或列出核查结果应办的业务 / the forms of home checks, or what their findings ask for.",
    )(verification)


@command(PEOPLE)
def verification(
    number: Annotated[str, ROUND],
    by: str,
    out: Annotated[Path | None, OUT] = None,
    as_json: Annotated[bool, AS_JSON] = False,
    reason: Annotated[str, REASON] = "",
) -> None:
    """Write the forms of a round, or say what its findings ask for."""
    if out is None:
        _tell(number, by, reason, as_json=as_json)
        return
    from jubao.documents.fill_in import fill_in_bytes
    from jubao.documents.reproducible_zip import put_in_place
    from jubao.documents.sheet import ListNotWritable
    from jubao.documents.sheet_pdf import write_sheets_pdf
    from jubao.documents.split import CannotSplit, write_split
    from jubao.documents.typesetting import NoChineseFont
    from jubao.documents.word import TextNotPrintable
    from jubao.reports.lists.column import TOWNSHIP, VILLAGE
    from jubao.reports.lists.verification import NoSuchRound, by_village, choices, round_sheet
    from jubao.vocabulary.masks import Mask

    is_paper = out.suffix == ".pdf"
    lifted = {Mask.PHONE} if is_paper else {Mask.PHONE, Mask.NUMBER}
    try:
        sheet = round_sheet(number, viewer=viewer_by(by, "verification", lifted=lifted, reason=reason or HANDED_OUT))
        fill_in = partial(fill_in_bytes, choices=choices())
        if is_paper:
            digest = write_sheets_pdf(out, by_village(sheet))
        elif out.suffix == ".xlsx":
            digest = put_in_place(out, fill_in([sheet]))
        else:
            digest = write_split(out, sheet, township=TOWNSHIP, village=VILLAGE, page=fill_in)
    except NoSuchRound as wrong:
        sys.stderr.write(f"{wrong.args[0]}\n")
        raise typer.Exit(2) from None
    except (CannotSplit, ListNotWritable, NoChineseFont, TextNotPrintable) as refused:
        sys.stderr.write(f"未写出：{refused}\n")
        raise typer.Exit(1) from None
    print(f"已写出 {out}：{sheet.title} {len(sheet.rows)} 人次，SHA-256 {digest}")


def _tell(number: str, by: str, reason: str, *, as_json: bool) -> None:
    from jubao.operations.home_checks.proposals import proposals
    from jubao.vocabulary.masks import Mask
    from jubao.vocabulary.resident_number import mask

    lifted = {Mask.NUMBER} if as_json else ()  # proposals are made with whole numbers
    told = proposals(number, viewer=viewer_by(by, "verification", lifted=lifted, reason=reason or "MATCHING"))
    if as_json:
        print(json.dumps(told.acts, ensure_ascii=False, indent=1, sort_keys=True))
        return
    for act, cases in sorted(told.acts.items()):
        print(f"可提出 {act} {len(cases)} 件：")
        for case in cases:
            print(
                f"  名单 {case['list_number']} {mask(case['person'])} {case.get('event_date') or case.get('evidence')}"
            )
    for title, lines in (("待核查", told.waiting), ("相互矛盾，须查明", told.contradictions)):
        print(f"{title} {len(lines)} 件")
        for line in lines:
            print(f"  {line}")
