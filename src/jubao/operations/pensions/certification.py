"""Certifying survival: rolls of people whose life and entitlement somebody has confirmed."""

from collections.abc import Sequence
from datetime import date

from jubao.exchange.table import Table
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import About, Arguments, Final, Given, Paper, Unit, act
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import FileRef, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.operations.inbound import check_fresh, read_inbound, table_of, take_in
from jubao.operations.people import awards_of, find_people, ids_of, in_slices, shown
from jubao.records.models import Certification, Person
from jubao.vocabulary.codes import CertificationMethod
from jubao.vocabulary.name import same_name

ROLL = "certification_roll"
OPENING = "register.open"
OTHER = str(CertificationMethod.OTHER)


class RecordCertifications(Arguments):
    """A roll of people whose survival was certified."""

    file: FileRef = ask("认证花名册", "Certification roll", layout=ROLL)


@act(
    "certification.record",
    title="资格认证登记",
    asks=RecordCertifications,
    maker=Post.BENEFITS,
    about=About.AWARD,
    undone_by=Final("认证是某日见到本人的事实，登记后不撤；认错人的按疑点核查处理"),
    papers=[Paper("资格认证花名册")],
    gives=[Given("certified", "认证人数", "people certified", Unit.PEOPLE)],
)
class Certifications:
    """Record certifications of people in payment; where nobody saw the person, not twice in a row.

    Source: 社会保险经办条例第二十六条.
    """

    def check(self, cases: Sequence[RecordCertifications], view: View) -> Faults:
        """Every roll can be read, is new, and names people in payment only, by their names and on days they lived."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if case.file in [earlier.file for earlier in cases[: number - 1]]:
                faults.add(number, "file", "同一文件在申请中出现两次", next_step="请删去重复的一项")
                continue
            fresh = check_fresh(case.file, ROLL, faults, case=number)
            table = read_inbound(case.file, ROLL, view, faults, case=number) if fresh else None
            if table is not None:
                faults.extend(_faults_of(table, number, view))
        return faults

    def plan(self, cases: Sequence[RecordCertifications], view: View) -> Changes:
        """One certification for each row."""
        changes = Changes(view)
        recorded = 0
        for case in cases:
            table = table_of(case.file, ROLL, view)
            changes.insert(Certification, _columns(table, view), count=table.rows)
            take_in(case.file, ROLL, rows=table.rows, changes=changes)
            recorded += table.rows
        return changes.giving(certified=recorded)


def _faults_of(table: Table, number: int, view: View) -> Faults:
    """Rows of a roll about people nobody knows or under another name, out of payment, or on a day not to be certified."""
    found, faults = Faults(), Faults()
    people = find_people(table.columns["resident_number"], view, found, field="file", rows=table.row_numbers)
    for fault in found:
        faults.add(number, fault.field, fault.rule, next_step=fault.next_step, place=fault.place)
    if found:
        return faults
    awards, known, weak = awards_of(people, view), _known(people), set(view.law.value("certification.weak_methods"))
    days, methods = table.columns["certified_date"], table.columns["method"]
    names = table.columns["name"]
    for row, person, name, day, method in zip(table.row_numbers, people, names, days, methods, strict=True):
        place = f"第{row}行"
        if not same_name(person.name, name):
            rule = f"{shown(person.resident_number)} 所报姓名与参保登记不一致，不能确认见到的是本人"
            faults.add(number, "file", rule, next_step="请核对证件和花名册后重报", place=place)
        if day < person.birth_date:
            rule = f"认证日期 {day} 早于本人出生日期 {person.birth_date}"
            faults.add(number, "file", rule, next_step="请更正认证日期", place=place)
        if (method or OTHER) in weak and _last_method(known, person.pk, day) in weak:
            rule = f"{shown(person.resident_number)} 上一次认证没有见到本人，不能连续以“{label_of(method)}”认证"
            step = "请由经办人员见到本人，或以手机、自助终端认证"
            faults.add(number, "file", rule, next_step=step, place=place)
        if day in known.get(person.pk, {}):
            faults.add(number, "file", f"{shown(person.resident_number)} {day} 的认证已登记", place=place)
        if person.pk not in awards:
            faults.add(number, "file", f"{shown(person.resident_number)} 不在领取待遇，不能认证", place=place)
        if day > view.on:
            faults.add(number, "file", f"认证日期 {day} 晚于办理日期 {view.on}", place=place)
    return faults


def _known(people: Sequence[Person]) -> dict[int, dict[date, str]]:
    """Certifications these people have: by person, the method of each day; of those taken over nobody knows it."""
    found: dict[int, dict[date, str]] = {}
    rows = Certification.objects.order_by("id").values_list("person_id", "certified_date", "method", "act__code")
    for part in in_slices([p.pk for p in people]):
        for person, day, method, act_code in rows.filter(person__in=part):
            found.setdefault(person, {})[day] = "" if act_code == OPENING else method
    return found


def _last_method(known: dict[int, dict[date, str]], person: int, before: date) -> str:
    """The method of somebody's last certification before a day; empty where there is none."""
    earlier = [day for day in known.get(person, {}) if day < before]
    return known[person][max(earlier)] if earlier else ""


def label_of(method: str | None) -> str:
    """What a method is called; a cell left empty is another one."""
    return CertificationMethod(method or OTHER).label


def _columns(table: Table, view: View) -> dict[str, object]:
    people = find_people(table.columns["resident_number"], view)
    return {
        "person_id": ids_of(people),
        "certified_date": table.columns["certified_date"],
        "method": [method or OTHER for method in table.columns["method"]],
        "checker": [checker or "" for checker in table.columns["checker"]],
    }
