"""Year-end interest on every individual account, once per account, year and source."""

from collections.abc import Sequence

import numpy as np
from django.db import connection

from jubao.operations.contributions.accounts import Ids, grid, interest_due, post_entries
from jubao.operations.contributions.open_interest import first_open_year, terms_of
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import ONE, About, Arguments, Final, Given, Unit, act, approve, check
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import Year, ask
from jubao.operations.envelope.posts import Post
from jubao.operations.envelope.view import View
from jubao.records.models import Contribution, PayrollLine, PayrollRun
from jubao.reports.law import office_policy
from jubao.vocabulary import month as months
from jubao.vocabulary.codes import EntryKind

DECEMBER = 12
HOLDERS = """
SELECT DISTINCT a.person_id FROM records_accountentry a JOIN records_enrolment n ON n.person_id = a.person_id
WHERE a.year <= %s AND (n.enrolment_state <> '4' OR EXISTS (SELECT 1 FROM records_settlement s
    WHERE s.person_id = a.person_id AND s.account = 'KEPT' AND NOT s.reversed)) ORDER BY a.person_id
"""


class SettleYear(Arguments):
    """The year whose interest is posted."""

    year: Year = ask("结息年度", "Year", hint="已经结束的年度，如 2017")


@act(
    "account.settle_year",
    title="年度结息",
    asks=SettleYear,
    maker=Post.ACCOUNTANT,
    chain=[check(Post.ACCOUNTS), approve(Post.DEPUTY_FINANCE), approve(Post.DIRECTOR)],
    about=About.ACCOUNT,
    undone_by=Final("利息转入本金后继续计息，结息不能撤销；事后到账的款项随记账补计利息"),
    gives=[
        Given("accounts", "结息人数", "accounts settled", Unit.PEOPLE),
        Given("entries", "记账笔数", "entries posted", Unit.ROWS),
        Given("interest_fen", "利息合计", "interest posted", Unit.FEN),
    ],
    most_cases=ONE,
)
class Settling:
    """Post the year's interest to every account. Source: 城乡居民基本养老保险经办规程，个人账户管理."""

    def check(self, cases: Sequence[SettleYear], view: View) -> Faults:
        """The year is over and the next to be settled, and everything that moves its accounts is in the books."""
        faults = Faults()
        for number, case in enumerate(cases, start=1):
            if view.on <= months.last_day(months.make(case.year, DECEMBER)):
                faults.add(number, "year", f"{case.year}年尚未结束，不能年度结息", next_step="请在年度终了以后办理")
                continue
            _check_order(number, case.year, view, faults)
            _check_credited(number, case.year, faults)
            _check_payrolls(number, case.year, faults)
        return faults

    def plan(self, cases: Sequence[SettleYear], view: View) -> Changes:
        """Interest by source of everybody who holds an account, valued in December."""
        [case] = cases
        changes, december = Changes(view), months.make(case.year, DECEMBER)
        person = _holders(case.year)
        due = interest_due(person, year=case.year, through=DECEMBER, **terms_of(case.year, view))
        memo = f"{case.year}年度结息"
        entries = grid(person, due, december)
        count = post_entries(entries, EntryKind.INTEREST, event="account_interest", changes=changes, memo=memo)
        _notice_uncertain(case.year, changes)
        return changes.giving(accounts=int(person.size), entries=count, interest_fen=int(due.sum()))


def _check_order(number: int, year: int, view: View, faults: Faults) -> None:
    """Years are settled one after the other, each once."""
    following = first_open_year(view)
    if following is not None and year != following:
        rule = f"个人账户已结息到{following - 1}年度，应接着结{following}年度，不能结{year}年度"
        faults.add(number, "year", rule, next_step=f"请改为{following}年度")


def _check_credited(number: int, year: int, faults: Faults) -> None:
    """Whatever the bank received in the year stands in the accounts."""
    waiting = Contribution.objects.filter(crediting__isnull=True, received_date__year__lte=year).count()
    if waiting:
        rule = f"{year}年有 {waiting} 笔缴费已到账未记账"
        faults.add(number, "year", rule, next_step="请先办理缴费记账划拨")


def _check_payrolls(number: int, year: int, faults: Faults) -> None:
    """Every payroll of the year was run and answered by the bank: what pensions drew lowers the interest."""
    december = months.make(year, DECEMBER)
    run = sorted(PayrollRun.objects.filter(month__lte=december).order_by("month").values_list("month", flat=True))
    if run and run[-1] < december:
        missing = months.between(run[-1], december)
        rule = f"{year}年度还有 {missing} 个月的待遇没有发放（已发放到 {run[-1]}），账户支出未记全"
        faults.add(number, "year", rule, next_step=f"请先发放到 {december}")
    waiting = PayrollLine.objects.filter(state="DUE", batch__kind="PENSION", batch__month__lte=december).count()
    if waiting:
        rule = f"{december} 及以前的发放还有 {waiting} 笔没有银行回盘，账户支出未记全"
        faults.add(number, "year", rule, next_step="请待银行回盘后结息")


def _holders(year: int) -> Ids:
    """Everybody whose account held anything up to a year's end and whose relation runs on or account is kept, in order."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, [year])
        return np.fromiter((row[0] for row in cursor), dtype=np.int64)


def _notice_uncertain(year: int, changes: Changes) -> None:
    """Tell the approvers what nobody could verify of the rate they are about to approve."""
    day, area = months.last_day(months.make(year, DECEMBER)), changes.view.law.area
    rate = office_policy().row("interest.account_rate", on=day, area=area, as_known=changes.view.on)
    percent = f"{rate.value / 10_000:.2f}%"
    if rate.uncertain:
        changes.notice(f"{year}年记账利率按 {percent} 计（{rate.source}），尚未核实：{rate.uncertain}")
    if changes.view.law_on(day).value("interest.account_rate_status") == "PROVISIONAL":
        changes.notice(f"{year}年记账利率 {percent} 为暂定，公布正式利率后须另行补计")
