"""Every way to steal that is tried, by subject."""

from tests.theft.theft import Theft
from tests.theft.ways.accounts import ACCOUNTS
from tests.theft.ways.bank_files import BANK_FILES
from tests.theft.ways.books import BOOKS
from tests.theft.ways.delegated import DELEGATED
from tests.theft.ways.ghosts import GHOSTS
from tests.theft.ways.revived import REVIVED
from tests.theft.ways.settlements import SETTLEMENTS
from tests.theft.ways.signatures import SIGNATURES
from tests.theft.ways.staffing import STAFFING

SUBJECTS: dict[str, list[Theft]] = {
    "虚构的人 Ghosts": GHOSTS,
    "死者续发 The dead revived": REVIVED,
    "收款账户 Bank accounts": ACCOUNTS,
    "结算与退费 Settlements and refunds": SETTLEMENTS,
    "代发 Delegated payments": DELEGATED,
    "账簿与资金 Books and money": BOOKS,
    "银行文件 Files of the bank": BANK_FILES,
    "签署 Signatures": SIGNATURES,
    "人员与岗位 Staff and posts": STAFFING,
}
THEFTS = [one for subject in SUBJECTS.values() for one in subject]
