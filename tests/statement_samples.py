"""Bank statements as a bank would write them: MT940 and camt.053, for tests of reading and importing."""

from datetime import date

Line = tuple[date, str, str, int, str]  # day, reference, counterparty, fen (money in positive), memo
LINES: list[Line] = [
    (date(2017, 6, 2), "HD000001", "农业银行", 10_050, "代收缴费 六月第一批"),
    (date(2017, 6, 5), "ZFY20170601", "批量代发", -5_000, "养老金"),
    (date(2017, 6, 30), "JX0630", "", 7, "结息"),
]
OPENING = 100_000


def yuan(fen: int, mark: str) -> str:
    return f"{fen // 100}{mark}{fen % 100:02d}"


def mt940(
    lines: list[Line],
    opening: int = OPENING,
    closing: int | None = None,
    *,
    currency: str = "CNY",
    account: str = "430600001111",
    number: int = 1,
) -> str:
    """An MT940 statement as a bank writes it."""
    closing = opening + sum(line[3] for line in lines) if closing is None else closing
    text = [f":20:ST{number:06d}", f":25:{account}", f":28C:{number}/1", f":60F:C170601{currency}{yuan(opening, ',')}"]
    for on, reference, _, fen, memo in lines:
        text.append(f":61:{on:%y%m%d}{on:%m%d}{'C' if fen > 0 else 'D'}{yuan(abs(fen), ',')}NTRFNONREF//{reference}")
        text.append(f":86:{memo}")
    return "\r\n".join([*text, f":62F:C170630{currency}{yuan(closing, ',')}", "-", ""])


def camt053(
    lines: list[Line],
    opening: int = OPENING,
    closing: int | None = None,
    *,
    version: str = "02",
    currency: str = "CNY",
    head: str = "",
) -> str:
    """A camt.053 statement as a bank writes it."""
    closing = opening + sum(line[3] for line in lines) if closing is None else closing
    new = version == "08"

    def balance(code: str, fen: int) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='{currency}'>{yuan(fen, '.')}</Amt>"
            "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2017-06-30</Dt></Dt></Bal>"
        )

    def entry(line: Line) -> str:
        on, reference, who, fen, memo = line
        name = f"<Pty><Nm>{who}</Nm></Pty>" if new else f"<Nm>{who}</Nm>"
        side = "Dbtr" if fen > 0 else "Cdtr"
        parties = f"<RltdPties><{side}>{name}</{side}></RltdPties>" if who else ""
        return (
            f"<Ntry><Amt Ccy='{currency}'>{yuan(abs(fen), '.')}</Amt><CdtDbtInd>{'CRDT' if fen > 0 else 'DBIT'}</CdtDbtInd>"
            f"<Sts>{'<Cd>BOOK</Cd>' if new else 'BOOK'}</Sts><BookgDt><Dt>{on}</Dt></BookgDt>"
            f"<AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
            f"{parties}<RmtInf><Ustrd>{memo}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    body = "".join(entry(line) for line in lines)
    return (
        f"<?xml version='1.0' encoding='UTF-8'?>{head}<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'>"
        f"<BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><Othr><Id>4306</Id></Othr></Id></Acct>{balance('OPBD', opening)}"
        f"{balance('CLBD', closing)}{body}</Stmt></BkToCstmrStmt></Document>"
    )
