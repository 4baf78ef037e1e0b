"""The bank account somebody is paid to: changed by three people, usable after a cooling period."""

from collections.abc import Sequence
from datetime import date, timedelta

from jubao.operations.envelope.declaration import ActReference, Arguments, Result, act, approve, check
from jubao.operations.envelope.posts import Post
from jubao.operations.law import law
from jubao.operations.people import find_people
from jubao.records.models import BankAccount


class RebindAccount(Arguments):
    """The account a person wants to be paid to from now on."""

    person: str
    bank: str
    bank_account: str
    card_number: str = ""


@act("account.rebind", title="银行账户变更", arguments=RebindAccount, maker=Post.ACCOUNTS,
     chain=[check(Post.BENEFITS), approve(Post.DEPUTY_BUSINESS)])  # fmt: skip
def rebind_accounts(cases: Sequence[RebindAccount], *, on: date, act: ActReference) -> Result:
    """Bind a new account; the old one is paid until the cooling period is over.

    Source: 社会保险经办条例第三十七条（重要业务多级审核）.
    """
    people = find_people([case.person for case in cases])
    usable_from = on + timedelta(days=int(law(on).value("procedure.bank_account_cooling_days")))
    BankAccount.objects.bulk_create(
        BankAccount(act_id=act.id, person=person, bank=case.bank, account=case.bank_account,
                    card_number=case.card_number, usable_from=usable_from)
        for person, case in zip(people, cases, strict=True)
    )  # fmt: skip
    return {"rebound": len(cases), "usable_from": usable_from.isoformat()}
