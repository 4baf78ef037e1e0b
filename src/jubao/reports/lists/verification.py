"""The sheets of a round of home checks: who is to be looked at in which village, and why he is on it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from jubao.documents.sheet import DATE, IDENTIFIER, TEXT, Row, Sheet
from jubao.exchange.layout import layout
from jubao.records.models import (
    Award,
    BankAccount,
    MatchCandidate,
    Office,
    Residence,
    VerificationItem,
    VerificationRound,
)
from jubao.reports.figures.window import Window
from jubao.reports.lists.audit import CONCLUSIONS
from jubao.reports.lists.column import PLACE, Column, Told
from jubao.reports.lists.listing import Asked, Listing
from jubao.reports.lists.part import Part
from jubao.reports.lists.printing import Streamed, note_of
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.viewer import Viewer

KINDS = {
    "MINISTRY_DEATH": "部级疑似死亡预警",
    "POLICE_DEATH": "公安疑似死亡比对",
    "CREMATION": "火化登记比对",
    "HEALTH_DEATH": "死亡医学证明比对",
    "MINISTRY_ALERT": "部级预警",
    "EMPLOYEES": "职保比对",
    "PUBLIC_SECTOR": "机关保比对",
    "OTHER_RESIDENTS": "外省居保比对",
    "PRISON": "服刑人员比对",
    "STUDENTS": "在校学生比对",
    "HARDSHIP": "困难群体比对",
    "BANK_ACCOUNT": "银行账户比对",
    "SOCIAL_CARD": "社保卡比对",
    **CONCLUSIONS,
}
TOLD = {
    "death_date": "死亡日期",
    "origin": "数据来源",
    "other_area": "对方地区",
    "other_agency": "对方经办机构",
    "area": "参保地",
    "agency": "经办机构",
    "since": "起始年月",
}
LIST_NUMBER = "candidate__match_list__number"
GIVEN = (
    *PLACE,
    Column("名单号", LIST_NUMBER, IDENTIFIER, width=16),
    Column("姓名", "candidate__person__name", TEXT, width=9),
    Column("公民身份号码", "candidate__person__resident_number", IDENTIFIER, width=22, mask=Mask.NUMBER),
    Column("待遇状态", "standing", TEXT, width=12),
    Column("账号尾号", "account", IDENTIFIER, width=8),
    Column("联系电话", "phone", IDENTIFIER, width=13, mask=Mask.PHONE),
    Column("核查事由", "why", TEXT, width=26),
)
ASKED = tuple(
    Column(title, f"asked_{place}", kind, width)
    for place, (title, kind, width) in enumerate(
        (
            ("是否健在", IDENTIFIER, 6),
            ("死亡日期", DATE, 11),
            ("异常类型", IDENTIFIER, 6),
            ("卡由本人保管", IDENTIFIER, 7),
            ("安葬方式", IDENTIFIER, 7),
            ("继承人姓名", TEXT, 9),
            ("继承人账号", IDENTIFIER, 20),
            ("核查方式", IDENTIFIER, 7),
            ("核查人", TEXT, 9),
            ("核查人电话", IDENTIFIER, 13),
            ("核查日期", DATE, 11),
            ("备注", TEXT, 14),
        )
    )
)
BLANK = dict.fromkeys(column.path for column in ASKED)
RULES = "健在填1，已去世填0并填死亡日期；没有见到人的填异常类型1至4，4须写备注"


class NoSuchRound(LookupError):
    """There is no round of this number."""


def choices() -> dict[str, tuple[str, ...]]:
    """What may be entered in a column of the form, by its heading, as the file layout allows it."""
    return {column.header: column.values for column in layout("verification_result").columns if column.values}


def round_sheet(number: str, *, viewer: Viewer) -> Sheet:
    """The form of a round (疑似死亡核查表): what we know of each person, and blank cells for what is seen.

    A form that comes back needs whole numbers; on paper the checker knows the person by name and address.

    Raises:
        NoSuchRound: with the numbers there are.
        MayNotLook: the viewer may see no people.
    """
    issued = VerificationRound.objects.filter(number=number).first()
    if issued is None:
        known = (
            "、".join(VerificationRound.objects.order_by("id").values_list("number", flat=True)) or "尚未下发任何轮次"
        )
        raise NoSuchRound(f"没有核查轮次 {number}，已有的：{known}")
    form, day = _form(issued), issued.issued_date
    columns = tuple(column.printed(viewer) for column in form.columns)
    rows = Streamed(form, Asked(), Window(day.year, day), viewer)
    office = Office.objects.values_list("name", flat=True).first() or ""
    left_out = form.left_out(Asked(), window=Window(day.year, day), viewer=viewer)
    rules = f"{issued.due_date:%Y-%m-%d}前报回。{RULES}"
    note = "；".join(part for part in (rules, note_of(viewer, left_out)) if part)
    return Sheet(form.title, f"待遇领取人员核查表（{issued.number}）", office, day, columns, rows, note)


def _form(issued: VerificationRound) -> Listing:
    def items(_: Window) -> QuerySet[VerificationItem]:
        return issued.items.select_related("candidate__person", "candidate__match_list")

    part = Part(items, _beside, person=None, village="division", order=(LIST_NUMBER,), named="candidate__person")
    return Listing(f"核查轮次 {issued.number}", "核查表", (*GIVEN, *ASKED), (part,), given_out=True)


def by_village(sheet: Sheet) -> list[Sheet]:
    """One sheet for each village in the order of the whole list; its title says the place, so the columns need not."""
    parts: dict[tuple[str, str], list[Row]] = {}
    for row in sheet.rows:
        parts.setdefault((str(row[0]), str(row[1])), []).append(row)
    return [
        replace(
            sheet,
            name=f"{number}",
            title=f"{sheet.title} {' '.join(place)}",
            columns=sheet.columns[len(PLACE) :],
            rows=[row[len(PLACE) :] for row in rows],
        )
        for number, (place, rows) in enumerate(parts.items(), start=1)
    ]


def _beside(items: Sequence[VerificationItem], _: Window) -> Iterator[Told]:
    people = [item.candidate.person_id for item in items]
    states, accounts, phones = _states(people), _accounts(people), _phones(people)
    for item, key in zip(items, people, strict=True):
        yield {
            **BLANK,
            "standing": states.get(key, "未领取待遇"),
            "account": accounts.get(key, ""),
            "phone": phones.get(key, ""),
            "why": _why(item),
        }


def _why(item: VerificationItem) -> str:
    """List, sender, kind of suspicion and what the list says: why somebody knocks at the door."""
    candidate: MatchCandidate = item.candidate
    told = json.loads(candidate.details)
    said = [f"{label}{told[name]}" for name, label in TOLD.items() if told.get(name)]
    kind = KINDS.get(candidate.kind) or KINDS.get(candidate.match_list.kind, candidate.kind)
    return "；".join([f"{candidate.match_list.received_from}{kind}", *said])


def _states(people: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for award in Award.objects.filter(person__in=people).order_by("id"):
        ended, held = award.ended_month, award.suspended_from
        found[award.person_id] = f"{ended}起终止" if ended else f"{held}起暂停" if held else "正常"
    return found


def _accounts(people: Sequence[int]) -> dict[int, str]:
    """The last four digits of the account each is paid to."""
    rows = BankAccount.objects.filter(person__in=people).order_by("usable_from", "id")
    return {person: account[-4:] for person, account in rows.values_list("person_id", "account")}


def _phones(people: Sequence[int]) -> dict[int, str]:
    rows = Residence.objects.filter(person__in=people).order_by("valid_from", "id")
    return dict(rows.values_list("person_id", "phone"))
