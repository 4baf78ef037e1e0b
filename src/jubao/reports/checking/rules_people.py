"""People: posts and staff agree between table, text and signatures; lists are as long as they say."""

import re
from collections import Counter
from collections.abc import Iterator

from jubao.reports.checking.concepts import concept_name
from jubao.reports.checking.finding import Finding, Rule, quoted
from jubao.reports.checking.form import Form
from jubao.reports.checking.items import Item
from jubao.reports.checking.rules_figures import by_concept
from jubao.reports.checking.statements import Statement

TITLES = {"主任": "office.directors", "副主任": "office.deputy_directors"}
TABLED = {"人员编制": "office.posts_authorised", "实有人数": "office.staff_actual"}
LISTED = re.compile(r"设(?:有|立|置)?([^，。；：]+?)(等|共|共计)?(\d+)个(?:内设机构|股室|科室)")


def check_staff(form: Form, statements: list[Statement]) -> Iterator[Finding]:
    """Text against the table of posts and against those who sign."""
    told = by_concept(statements)
    for label, concept in TABLED.items():
        stated = form.stated.get(label)
        for one in told[concept] if stated else ():
            if stated and one.value != stated[0]:
                reason = f"文字写{one.printed}，{stated[1]}“{label}”是{stated[0]}"
                yield Finding(Rule.TEXT_AND_TABLE, one.place, quoted(f"{one.label}{one.printed}"), reason)
    yield from _signers(form, told)


def _signers(form: Form, told: dict[str, list[Statement]]) -> Iterator[Finding]:
    """Directors and deputies of the unit itself among the evaluators."""
    if not form.signers:
        return
    own = Counter(one.unit for one in form.signers).most_common(1)[0][0]
    for title, concept in TITLES.items():
        signing = [one for one in form.signers if one.unit == own and one.post == title]
        for one in told[concept][:1]:
            if one.value != len(signing):
                names = f"评价人员中{title}{len(signing)}名"
                reason = f"{one.place}写{concept_name(concept)}{one.printed}，签字的{title}是{len(signing)}名"
                yield Finding(Rule.PEOPLE, form.signers[0].place, names, reason)


def check_listed(items: list[Item]) -> Iterator[Finding]:
    """设A、B、C共3个内设机构: as many names as the number says."""
    for item in items:
        for found in LISTED.finditer(item.text):
            names = [name for name in re.split("[、和及]", found[1]) if name]
            wrong = len(names) > int(found[3]) if found[2] == "等" else len(names) != int(found[3])
            if len(names) > 1 and wrong:
                yield Finding(Rule.SUM, item.place, quoted(found[0]), f"列了{len(names)}个，却写{found[3]}个")
