"""Recompute pensions paid, closing balances, refunds and open claims from exported CSV, with no line of the program."""

import csv
import json
import sys
from collections import defaultdict
from fractions import Fraction
from math import floor
from pathlib import Path

SOURCES = ["PERSONAL", "PROVINCE", "CITY", "COUNTY", "COLLECTIVE", "GOVERNMENT_PAID", "TRANSFER"]
TOLD = ["personal", "province", "city", "county", "collective", "government_paid", "interest"]
CALENDAR = [year * 100 + month for year in range(1990, 2101) for month in range(1, 13)]


def read(folder: Path, table: str) -> list[dict]:
    csv.field_size_limit(1 << 30)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return [{k: None if v == "\\N" else v for k, v in row.items()} for row in csv.DictReader(file)]


def month_of(day: str) -> str:
    """YYYYMM of a day."""
    return day[:7].replace("-", "")


def shared(exact: dict, order: list) -> dict:
    """Round the whole once, half up; give the missing fen to the largest remainders."""
    whole = sum(exact.values(), Fraction(0))
    total = floor(abs(whole) + Fraction(1, 2)) * (1 if whole >= 0 else -1)
    parts = {s: floor(v) for s, v in exact.items()}
    ranked = sorted(exact, key=lambda s: (parts[s] - exact[s], order.index(s)))
    for source in ranked[: total - sum(parts.values())]:
        parts[source] += 1
    return {s: fen for s, fen in parts.items() if fen}


def items_of(folder: Path) -> tuple[dict, dict]:
    """Item by source of the account that pays it, and parameter of the law by basic item."""
    rows = read(folder, "benefit_item")
    paid_by_account = {row["source"]: row["item"] for row in rows if row["payer"] == "ACCOUNT"}
    governments = ("CENTRAL", "PROVINCE", "CITY", "COUNTY")
    return paid_by_account, {row["item"]: row["law"] for row in rows if row["payer"] in governments}


def law_of(folder: Path):
    area = read(folder, "records_office")[0]["district_code"]
    rows = defaultdict(list)
    for row in read(folder, "law"):
        if row["area"] == "CN" or area.startswith(row["area"]):
            rows[row["key"]].append((0 if row["area"] == "CN" else len(row["area"]), row["valid_from"], row))

    def value(key: str, day: str):
        fit = [r for r in rows[key] if r[1] <= day and (r[2]["valid_to"] is None or day < r[2]["valid_to"])]
        return json.loads(max(fit, key=lambda r: r[:2])[2]["value"])

    return value


def interest(before: list, year: int, through: int, ppm: int, counts: bool) -> dict:  # noqa: FBT001
    """Interest of a year through a month that is not yet posted, by source."""
    after = posted_through(before, year)
    exact = dict.fromkeys(SOURCES, Fraction(0))
    for _, _, source, _, month, fen in before:
        later = max(through - month % 100 + counts, 0) if month // 100 == year else 0
        months = through - after if month <= year * 100 + after else later
        exact[source] += Fraction(fen * months * ppm, 12_000_000)
    return shared(exact, SOURCES) if through > after else {}


def missed(before: list, act: int, year: int, ppm: int, counts: bool) -> dict:  # noqa: FBT001
    """What the interest of a settled year lacks for money an act dated into it: the year with the money less without."""
    known = [e for e in before if e[4] <= year * 100 + 12 and not ("INTEREST" in e[3] and e[4] // 100 == year)]
    months = {e: 12 if e[4] // 100 < year else max(12 - e[4] % 100 + counts, 0) for e in known}
    late = [e for e in known if e[1] == act]
    whole, without = (
        floor(Fraction(sum(e[5] * months[e] for e in some) * ppm, 12_000_000) + Fraction(1, 2))
        for some in (known, [e for e in known if e[1] != act])
    )
    weight = {s: sum(e[5] * months[e] for e in late if e[2] == s) for s in SOURCES}
    every = sum(weight.values())
    return (
        shared({s: Fraction((whole - without) * part, every) for s, part in weight.items()}, SOURCES) if every else {}
    )


def posted_through(before: list, year: int) -> int:
    """The last month of a year whose interest stands in the account."""
    return max((m % 100 for _, _, _, kind, m, _ in before if "INTEREST" in kind and m // 100 == year), default=0)


def due(before: list, act: int, kind: str, month: int, day: str, value) -> dict:
    """The interest a posting must hold: of the months open until then, or what a settled year lacked."""
    year, through = divmod(month, 100)
    day = f"{year}-12-31" if kind == "INTEREST" or year < int(day[:4]) else day
    terms = value("interest.account_rate", day), value("interest.credit_month_counts", day)
    if posted_through(before, year) >= through:
        return missed(before, act, year, *terms)
    return interest(before, year, through, *terms)


def check_accounts(folder: Path, value, days: dict) -> list[str]:
    """Every posting of interest, every draw and every closing balance."""
    accounts, faults, held = defaultdict(list), [], {}
    for e in read(folder, "records_accountentry"):
        row = (int(e["id"]), int(e["act_id"]), e["source"], e["kind"], int(e["value_month"]), int(e["amount_fen"]))
        accounts[e["person_id"]].append(row)
    for b in read(folder, "records_accountbalance"):
        held[b["person_id"], b["source"]] = int(b["balance_fen"])
    paid, drawn = paid_parts(folder), defaultdict(int)
    for person, entries in accounts.items():
        sums, groups = defaultdict(int), {}
        for at, entry in enumerate(entries):
            _, act, source, kind, month, fen = entry
            if "INTEREST" in kind:
                groups.setdefault((act, kind, month), (at, {}))[1][source] = fen
            if kind == "PENSION" and -fen != min(paid[person, act, source], sums[source]):
                faults.append(f"person {person}: drew {-fen} from {source} in act {act}")
            drawn[person, act, source] -= fen if kind == "PENSION" else 0
            sums[source] += fen
        for (act, kind, month), (at, posted) in groups.items():
            if due(entries[:at], act, kind, month, days[act], value) != posted:
                faults.append(f"person {person}: interest {month} in act {act}")
        faults += [f"person {person}: closing {s} {fen}" for s, fen in sums.items() if held.pop((person, s), 0) != fen]
    return faults + [f"balance without entries: {key}" for key, fen in held.items() if fen]


def paid_parts(folder: Path) -> dict:
    """Account parts the bank reported paid, and of months no longer claimed, by person, act and source."""
    acts = {r["bank_line_id"]: int(r["act_id"]) for r in read(folder, "records_linereturn") if r["result"] == "PAID"}
    source_of, parts = {item: source for source, item in items_of(folder)[0].items()}, defaultdict(int)
    for line in read(folder, "records_payrollline"):
        if line["item"] in source_of and line["bank_line_id"] in acts:
            parts[line["person_id"], acts[line["bank_line_id"]], source_of[line["item"]]] += int(line["amount_fen"])
    owner = {o["id"]: o["person_id"] for o in read(folder, "records_overpayment")}
    months = {m["id"]: m for m in read(folder, "records_overpaidmonth")}
    for back in read(folder, "records_withdrawnmonth"):
        month = months[back["overpaid_month_id"]]
        if month["item"] in source_of:
            person = owner[month["overpayment_id"]]
            parts[person, int(back["act_id"]), source_of[month["item"]]] += int(back["amount_fen"])
    return parts


def taken_back(folder: Path) -> set:
    """Settlements that do not stand: whose, the act that wrote each, and the act that took it back."""
    settled = {s["id"]: s for s in read(folder, "records_settlement")}
    return {
        (settled[r["settlement_id"]]["person_id"], settled[r["settlement_id"]]["act_id"], r["act_id"])
        for r in read(folder, "records_settlementreversal")
    }


def check_pensions(folder: Path, value, days: dict) -> list[str]:
    """Every amount paid: basic parts from the law, account parts from the balance at the award over the divisor."""
    faults, balance, due = [], defaultdict(lambda: defaultdict(int)), {}
    item_of, base_of = items_of(folder)
    takeover = [one["as_of"] for one in read(folder, "records_registeropening")]
    awards = {a["id"]: a for a in read(folder, "records_award")}
    act_of = {a["person_id"]: int(a["act_id"]) for a in awards.values()}
    for e in read(folder, "records_accountentry"):
        if int(e["act_id"]) <= act_of.get(e["person_id"], 0):
            balance[e["person_id"]][e["source"]] += int(e["amount_fen"])
    stated = {(c["award_id"], c["item"]): int(c["amount_fen"]) for c in read(folder, "records_awardcomponent")}
    for line in read(folder, "records_payrollline"):
        award, month, item = awards[line["award_id"]], int(line["month"]), line["item"]
        if line["state"] != "PAID" or line["adjustment"] != "0":
            continue
        if item in base_of:
            if award["opened_with_register"] == "1":
                month = CALENDAR[CALENDAR.index(int(month_of(takeover[0]))) + 1]
            expected = value(base_of[item], f"{month // 100}-{month % 100:02d}-01")
        elif award["opened_with_register"] == "1":
            expected = stated[award["id"], item]
        else:
            if award["id"] not in due:
                start = f"{award['start_month'][:4]}-{award['start_month'][4:]}-01"
                divisor = value("benefit.annuity_divisor", start)
                exact = {s: Fraction(fen, divisor) for s, fen in balance[award["person_id"]].items()}
                due[award["id"]] = {item_of[s]: fen for s, fen in shared(exact, SOURCES).items()}
            expected = due[award["id"]].get(item, 0)
        if expected != int(line["amount_fen"]):
            faults.append(f"line {line['id']}: {line['amount_fen']} fen paid for {month} {item}, {expected} recomputed")
    return faults


def check_refunds(folder: Path) -> list[str]:
    """Refunded contributions leave nothing behind in the account, are owed once, and count for no award after."""
    left, owed, faults = defaultdict(int), defaultdict(int), []
    undone = {(person, act) for person, _, act in taken_back(folder)}
    refunds = {r["contribution_id"]: r for r in read(folder, "records_contributionrefund")}
    paid = {c["id"]: c for c in read(folder, "records_contribution")}
    for e in read(folder, "records_accountentry"):
        if e["kind"] in {"CONTRIBUTION", "SUBSIDY", "REVERSAL"}:
            left[e["contribution_id"], e["source"]] += int(e["amount_fen"])
        answers = e["contribution_id"] in refunds or (e["person_id"], e["act_id"]) in undone
        if e["kind"] == "REVERSAL" and not answers:
            faults.append(f"entry {e['id']}: taken back without a refund or an ending that was none")
    faults += [f"contribution {key}: {fen} of {s} left" for (key, s), fen in left.items() if key in refunds and fen]
    for key, r in refunds.items():
        owed[r["payout_id"]] += int(r["amount_fen"])
        if int(r["amount_fen"]) > int(paid[key]["amount_fen"]):
            faults.append(f"refund {r['id']}: more than was paid")
    due = {p["id"]: int(p["amount_fen"]) for p in read(folder, "records_payout") if p["kind"] == "DUPLICATE"}
    faults += [f"payout {key}: not its refunds" for key in due.keys() | owed.keys() if due.get(key) != owed.get(key)]
    return faults + check_years(folder, refunds, paid)


def check_years(folder: Path, refunds: dict, paid: dict) -> list[str]:
    """Governments pay once for a person and year; every award counts each year once, paid and kept or paid for."""
    years, credited = (
        {n["person_id"]: int(n["earlier_years"]) for n in read(folder, "records_enrolment")},
        defaultdict(list),
    )
    faults, paid_for = [], set()
    for k in read(folder, "records_crediting"):
        back, one = refunds.get(k["contribution_id"]), paid[k["contribution_id"]]
        credited[one["person_id"]].append((one["year"], int(k["act_id"]), int(back["act_id"]) if back else None))
    for e in read(folder, "records_accountentry"):
        if e["kind"] == "CONTRIBUTION" and e["source"] == "GOVERNMENT_PAID":
            if (e["person_id"], e["year"]) in paid_for:
                faults.append(f"person {e['person_id']}: paid for twice in {e['year']}")
            paid_for.add((e["person_id"], e["year"]))
            credited[e["person_id"]].append((e["year"], int(e["act_id"]), None))
    for a in read(folder, "records_award"):
        who, act = a["person_id"], int(a["act_id"])
        count = len({year for year, came, went in credited[who] if came < act and not (went and went < act)})
        if a["opened_with_register"] != "1" and years[who] + count != int(a["contributed_years"]):
            faults.append(f"award {a['id']}: {a['contributed_years']} years, {years[who] + count} recomputed")
    return faults


def check_before(folder: Path, days: dict) -> list[str]:
    """What is told of the time before: interest settled to the takeover, years and their money, months paid, moves.

    Whose years are told one by one has as many as his relation states, and what they brought is what came with him;
    a pensioner of the register has spent part of it. No such year is paid again, and none counts twice.
    """
    came, years, brought = defaultdict(int), defaultdict(list), defaultdict(int)
    faults = [
        f"register: interest through {one['interest_through']}, balances of {one['as_of']}"
        for one in read(folder, "records_registeropening")
        if one["interest_through"] != month_of(one["as_of"])
    ]
    for e in read(folder, "records_accountentry"):
        came[e["person_id"]] += int(e["amount_fen"]) if e["kind"] in {"OPENING", "TRANSFER_IN"} else 0
    for y in read(folder, "records_earlieryear"):
        years[y["person_id"]].append(y["year"])
        brought[y["person_id"]] += sum(int(y[f"{name}_fen"]) for name in TOLD)
    stated = {n["person_id"]: int(n["earlier_years"]) for n in read(folder, "records_enrolment")}
    drawing = {a["person_id"] for a in read(folder, "records_award") if a["opened_with_register"] == "1"}
    refunded = {r["contribution_id"] for r in read(folder, "records_contributionrefund")}
    paid = {(c["person_id"], c["year"]) for c in read(folder, "records_contribution") if c["id"] not in refunded}
    for person, told in years.items():
        if len(told) != stated[person] or len(set(told)) != len(told):
            faults.append(f"person {person}: {len(told)} years told, {stated[person]} stated")
        if brought[person] < came[person] or (person not in drawing and brought[person] != came[person]):
            faults.append(f"person {person}: {brought[person]} fen told of years, {came[person]} came")
        faults += [f"person {person}: {year} paid before and here" for year in told if (person, year) in paid]
    return faults + check_ends(folder, days)


def check_ends(folder: Path, days: dict) -> list[str]:
    """Months claimed of the time before were paid then; ends are reported after they happened, custody stops after it."""
    faults, told = [], defaultdict(dict)
    person_of = {a["id"]: a["person_id"] for a in read(folder, "records_award")}
    for m in read(folder, "records_earlierpayment"):
        told[person_of[m["award_id"]]][m["month"], m["item"]] = int(m["amount_fen"])
    first = min((int(r["month"]) for r in read(folder, "records_payrollrun")), default=None)
    owner = {o["id"]: o["person_id"] for o in read(folder, "records_overpayment")}
    for m in read(folder, "records_overpaidmonth"):
        listed = told[owner[m["overpayment_id"]]]
        begins = min((int(month) for month, _ in listed), default=None)
        if begins is None or int(m["month"]) < begins or (first and int(m["month"]) >= first):
            continue
        if int(m["amount_fen"]) > listed.get((m["month"], m["item"]), 0):
            faults.append(f"month {m['month']} {m['item']}: more claimed than was paid before")
    faults += [
        f"settlement {s['id']}: reported {s['reported_date']}"
        for s in read(folder, "records_settlement")
        if s["reported_date"] and not s["event_date"] <= s["reported_date"] <= days[int(s["act_id"])]
    ]
    return faults + [
        f"award {e['award_id']}: held {e['month']}, in custody since {e['custody_date']}"
        for e in read(folder, "records_awardevent")
        if e["custody_date"] and e["month"] < month_of(e["custody_date"])
    ]


def check_claims(folder: Path) -> list[str]:
    """What is open of every claim is what was overpaid less what came back or was given up; plans are their parts.

    Months claimed no longer are what was open of them, and what a settlement had set off that was taken back.
    """
    owed, back, parts, lifted = (defaultdict(int) for _ in range(4))
    months = {m["id"]: m["overpayment_id"] for m in read(folder, "records_overpaidmonth")}
    claims = {o["id"]: o for o in read(folder, "records_overpayment")}
    undone = {(person, act) for person, act, _ in taken_back(folder)}
    for w in read(folder, "records_withdrawnmonth"):
        lifted[months[w["overpaid_month_id"]]] += int(w["amount_fen"])
    for m in read(folder, "records_overpaidmonth"):
        owed[m["overpayment_id"]] += int(m["amount_fen"])
    for r in read(folder, "records_recoveryevent"):
        back[r["overpayment_id"]] += int(r["amount_fen"])
        set_off = (claims[r["overpayment_id"]]["person_id"], r["act_id"]) in undone
        lifted[r["overpayment_id"]] -= int(r["amount_fen"]) if set_off or r["kind"] == "WITHDRAWN" else 0
    for i in read(folder, "records_instalment"):
        parts[i["plan_id"]] += int(i["amount_fen"])
    faults = [
        f"claim {o['id']}: {o['open_fen']} open, {owed[o['id']] - back[o['id']]} recomputed"
        for o in claims.values()
        if int(o["open_fen"]) != owed[o["id"]] - back[o["id"]] or int(o["amount_fen"]) != owed[o["id"]]
    ]
    faults += [f"claim {key}: {fen} fen of months withdrawn without their event" for key, fen in lifted.items() if fen]
    plans = read(folder, "records_instalmentplan")
    return faults + [f"plan {p['id']}: not its parts" for p in plans if parts[p["id"]] != int(p["amount_fen"])]


def main(folder: Path) -> int:
    """Print every difference; 0 when there is none."""
    value = law_of(folder)
    days = {int(e["id"]): e["business_date"] for e in read(folder, "records_auditevent")}
    faults = check_accounts(folder, value, days) + check_pensions(folder, value, days)
    faults += check_refunds(folder) + check_before(folder, days) + check_claims(folder)
    sys.stdout.write("\n".join([*faults, f"{len(faults)} differences"]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
