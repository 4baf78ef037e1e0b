"""A relation that comes in, as stated: the person, the years with the sheet that proves them, the money by source."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from pydantic import BaseModel, ConfigDict

from jubao.operations.contributions.sources import SOURCES, Ids
from jubao.operations.envelope.changes import Changes
from jubao.operations.envelope.declaration import Arguments
from jubao.operations.envelope.fault import Faults
from jubao.operations.envelope.fields import AmountOrZero, Count, DivisionRef, Evidence, Name, Text, Year, ask
from jubao.operations.membership.newcomers import FEN_IN_YUAN, Columns, Newcomers
from jubao.operations.people import shown
from jubao.records.models import BankAccount, EarlierYear, Person, Residence, StatementLine, Transfer
from jubao.records.takeover import TOLD_SOURCES
from jubao.rules.eligibility import age_on
from jubao.vocabulary.codes import Category, HouseholdType, Source
from jubao.vocabulary.codes.membership import TransferIn, WayIn
from jubao.vocabulary.fen import yuan_plain
from jubao.vocabulary.resident_number import InvalidResidentNumber, birth_date, normalise

EVIDENCE_OF_YEARS = "转移接续信息表"
MOST_YEARS = 60
MONEY_OF_A_YEAR = tuple(str(source).lower() for source in TOLD_SOURCES)


class YearBrought(BaseModel):
    """One year of the transfer sheet: its tier, the money by source, and the interest of the year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: Year = ask("缴费年度", "Year")
    tier: Count = ask("缴费档次（元/年）", "Tier, yuan a year", default=0, most=100_000)
    personal_fen: AmountOrZero = ask("个人缴费", "Personal", default=0)
    province_fen: AmountOrZero = ask("省级补贴", "Province", default=0)
    city_fen: AmountOrZero = ask("市级补贴", "City", default=0)
    county_fen: AmountOrZero = ask("县级补贴", "County", default=0)
    collective_fen: AmountOrZero = ask("集体补助", "Collective", default=0)
    government_paid_fen: AmountOrZero = ask("政府代缴", "Government-paid", default=0)
    interest_fen: AmountOrZero = ask("利息", "Interest", default=0)

    @property
    def total_fen(self) -> int:
        """Everything the year brought into the account."""
        return sum(getattr(self, f"{name}_fen") for name in (*MONEY_OF_A_YEAR, "interest"))


class ReceiveTransfer(Arguments):
    """A relation that comes in: who, from where, the years and the sheet that proves them, and the money by source."""

    person: Name = ask("公民身份号码", "Resident number", hint="18 位公民身份号码")
    name: Text = ask("姓名", "Name", column=(Person, "name"), shortest=1)
    kind: TransferIn = ask("转入类型", "Kind")
    from_agency: Text = ask(
        "转出地经办机构", "From agency", hint="如 某县居保中心", column=(Transfer, "agency"), shortest=1
    )
    division: DivisionRef = ask("村社区编码", "Division", hint="12 位编码")
    household_type: HouseholdType = ask("户口性质", "Household", default=HouseholdType.URBAN)
    category: Category = ask("参保身份", "Category", default=Category.ORDINARY)
    tier: Count = ask("缴费档次（元/年）", "Tier, yuan a year", hint="如 300；未选定填 0", default=0, most=100_000)
    years: Count = ask("随转缴费年限", "Years", hint="信息表所列累计缴费年限", most=100)
    sheet: Evidence | None = ask(
        EVIDENCE_OF_YEARS,
        "Transfer sheet",
        hint="转出地信息表的编号，如“（2017）转字第 15 号”",
        default=None,
        longest=60,
    )
    personal_fen: AmountOrZero = ask("个人缴费", "Personal", default=0)
    province_fen: AmountOrZero = ask("省级补贴", "Province", default=0)
    city_fen: AmountOrZero = ask("市级补贴", "City", default=0)
    county_fen: AmountOrZero = ask("县级补贴", "County", default=0)
    collective_fen: AmountOrZero = ask("集体补助", "Collective", default=0)
    government_paid_fen: AmountOrZero = ask("政府代缴", "Government-paid", default=0)
    years_paid: list[YearBrought] = ask(
        "历年缴费明细", "Years paid", default=[], longest=MOST_YEARS, hint="信息表按年列出的缴费；职保转入不列的可不填"
    )
    reference: Text = ask(
        "银行流水号", "Bank reference", hint="收入户对账单上的转移款", default="", column=(StatementLine, "reference")
    )
    bank: Text = ask("开户银行", "Bank", default="", column=(BankAccount, "bank"))
    bank_account: Text = ask("银行账号", "Account", hint="8 至 32 位数字", default="", longest=32)
    address: Text = ask("户籍地址", "Address", default="", column=(Residence, "address"))
    phone: Text = ask("联系电话", "Phone", default="", column=(Residence, "phone"))

    @property
    def amounts(self) -> list[int]:
        """Money by source in the order of the accounts; what comes from employees' accounts is transfer money."""
        named = [getattr(self, f"{source.lower()}_fen", 0) for source in SOURCES]
        if self.kind is not TransferIn.FROM_EMPLOYEES:
            return named
        return [sum(named) if source == Source.TRANSFER else 0 for source in SOURCES]

    @property
    def number(self) -> str:
        """The resident number in its 18 characters; as it came where it is none."""
        try:
            return normalise(self.person)
        except InvalidResidentNumber:
            return self.person


WAY_OF = {TransferIn.FROM_EMPLOYEES: WayIn.LINKED}


def newcomers(cases: Sequence[ReceiveTransfer]) -> Newcomers:
    """The people who come in, as a registration states them."""
    columns: Columns = {
        "name": [case.name for case in cases],
        "resident_number": [case.number for case in cases],
        "household_type": [str(case.household_type) for case in cases],
        "category": [str(case.category) for case in cases],
        "division": [case.division for case in cases],
        "address": [case.address for case in cases],
        "phone": [case.phone for case in cases],
        "tier": [case.tier for case in cases],
        "bank": [case.bank for case in cases],
        "bank_account": [case.bank_account for case in cases],
        "card_number": [""] * len(cases),
        "contributed_years": [case.years for case in cases],
    }
    way = [WAY_OF.get(case.kind, WayIn.MOVED) for case in cases]
    return Newcomers(columns, way, range(1, len(cases) + 1))


def check_papers(number: int, case: ReceiveTransfer, faults: Faults) -> None:
    """Years are proven by the sheet, and come with the money of the account.

    Source: 国发〔2014〕8号第八部分（个人账户全部储存额随同转移）.
    """
    place = shown(case.number)
    if not case.sheet:
        rule = f"转入年限 {case.years} 年须以{EVIDENCE_OF_YEARS}为据"
        faults.add(number, "sheet", rule, next_step="请填写信息表编号，未收到的函请转出地出具", place=place)
    if not sum(case.amounts):
        rule = "没有随转资金，个人账户储存额须随同转移"
        then = "请待转移款到账后按银行流水办理；从未缴费的按参保登记办理"
        faults.add(number, "personal_fen", rule, next_step=then, source="国发〔2014〕8号第八部分", place=place)
    if not case.reference:
        faults.add(
            number, "reference", "没有银行流水号，转移款须先到账", next_step="请填收入户对账单上的流水号", place=place
        )


def check_years(number: int, case: ReceiveTransfer, today: date, faults: Faults) -> None:
    """Years listed one by one are those stated, none twice or to come, and their money is the money that came.

    Source: 人社部发〔2014〕17号（转移接续信息表按年度列示）.
    """
    listed, place = case.years_paid, shown(case.number)
    if not listed:
        return
    years, money = [one.year for one in listed], sum(one.total_fen for one in listed)
    paid = sum(bool(one.personal_fen or one.collective_fen or one.government_paid_fen) for one in listed)
    rules = [
        (len(set(years)) < len(years), "有的年度列了两次"),
        (max(years) > today.year, f"有 {today.year} 年以后的年度"),
        (paid < len(listed), "有的年度没有个人缴费、集体补助或政府代缴"),
        (len(years) != case.years, f"共列 {len(years)} 年，随转缴费年限为 {case.years} 年"),
        (money != sum(case.amounts), f"本息合计 {yuan_plain(money)} 元，随转资金为 {yuan_plain(sum(case.amounts))} 元"),
    ]
    for broken, rule in rules:
        if broken:
            faults.add(number, "years_paid", f"历年缴费明细{rule}", next_step="请按信息表核对", place=place)


def add_years(person: Ids, transfer: Ids, cases: Sequence[ReceiveTransfer], changes: Changes) -> None:
    """Plan the years that people bring, each with its transfer."""
    rows = [
        (who, moved, one)
        for who, moved, case in zip(person.tolist(), transfer.tolist(), cases, strict=True)
        for one in case.years_paid
    ]
    money = {
        f"{name}_fen": [getattr(one, f"{name}_fen") for *_, one in rows] for name in (*MONEY_OF_A_YEAR, "interest")
    }
    told = {
        "person_id": [who for who, _, _ in rows],
        "transfer_id": [moved for _, moved, _ in rows],
        "year": [one.year for *_, one in rows],
        "tier_fen": [one.tier * FEN_IN_YUAN for *_, one in rows],
    }
    changes.insert(EarlierYear, told | money, count=len(rows))


def notice_odd(cases: Sequence[ReceiveTransfer], changes: Changes) -> None:
    """Tell the approvers of years with less money than the lowest tier brings, and of people of sixty and more."""
    view, law = changes.view, changes.view.law
    lowest, oldest = int(law.value("contribution.poor_min_tier")), int(law.value("scheme.pension_age"))
    birth = np.array([birth_date(case.number) for case in cases], dtype="datetime64[D]")
    for number, (case, age) in enumerate(zip(cases, age_on(birth, view.on).tolist(), strict=True), start=1):
        if sum(case.amounts) < lowest * case.years:
            yuan = lowest // FEN_IN_YUAN
            changes.notice(f"第{number}项随转资金不足每年 {yuan} 元（随转 {case.years} 年），请核对信息表的年限与金额")
        if age >= oldest:
            changes.notice(f"第{number}项为 {age} 周岁，须是职保缴费年限不足、达到退休年龄后转入的，请核对信息表")
