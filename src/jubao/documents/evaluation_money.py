"""Part 二 of the self-evaluation form: income, expenditure, three public expenses and assets in 万元."""

from collections.abc import Sequence

from jubao.documents.evaluation_form import (
    Amount,
    AssetRow,
    ExpenditureRow,
    IncomeRow,
    SelfEvaluationForm,
    ThreePublicRow,
)
from jubao.documents.grid import Cell
from jubao.vocabulary.fen import format_wan

Row = list[Cell]

MONEY_WIDTHS_CM = (2.4, 2.3, 2.3, 2.3, 2.3, 2.3, 2.3)


def money_rows(form: SelfEvaluationForm) -> list[Row]:
    """Part 二: income, expenditure, three public expenses, fixed assets; all in 万元."""
    return [
        *_income_rows(form.income or (IncomeRow(""),)),
        *_expenditure_rows(form.expenditure or (ExpenditureRow(""),)),
        *_three_public_rows(form.three_public or (ThreePublicRow(""),)),
        *_asset_rows(form.assets or (AssetRow(""),)),
    ]


def label(text: str | Sequence[str], *, across: int = 1, down: int = 1) -> Cell:
    """A printed label of the form."""
    return Cell(text, across=across, down=down)


def _income_rows(rows: Sequence[IncomeRow]) -> list[Row]:
    """年度收入情况."""
    parts = ("上年结转", "公共财政拨款", "政府基金拨款", "纳入专户管理的非税收入拨款", "其他收入")
    return [
        [label("年度收入情况（万元）", across=7)],
        [label("机构名称", down=2), label("收入合计", down=2), label("其中：", across=5)],
        [label(part) for part in parts],
        *(
            _amounts(
                row.unit,
                row.total_fen,
                row.carried_over_fen,
                row.public_finance_fen,
                row.government_fund_fen,
                row.non_tax_fen,
                row.other_fen,
            )
            for row in rows
        ),
    ]


def _expenditure_rows(rows: Sequence[ExpenditureRow]) -> list[Row]:
    """年度支出和结余情况; the heading is three rows deep."""
    return [
        [label("部门（单位）年度支出和结余情况（万元）", across=7)],
        [
            label("机构名称", down=3),
            label("支出合计", down=3),
            label("其中：", across=4),
            label("结余", down=3),
        ],
        [label("基本支出", down=2), label("其中：", across=2), label("项目支出", down=2)],
        [label("人员支出"), label("公用支出")],
        *(
            _amounts(
                row.unit,
                row.total_fen,
                row.basic_fen,
                row.personnel_fen,
                row.public_use_fen,
                row.project_fen,
                row.balance_fen,
            )
            for row in rows
        ),
    ]


def _three_public_rows(rows: Sequence[ThreePublicRow]) -> list[Row]:
    """三公经费."""
    parts = ("公务接待费", "公务用车运维费", "公务用车购置费", "因公出国费", "会议费")
    return [
        [label("机构名称", down=2), label("三公经费\n合计", down=2), label("其中：", across=5)],
        [label(part) for part in parts],
        *(
            _amounts(
                row.unit,
                row.total_fen,
                row.reception_fen,
                row.vehicle_running_fen,
                row.vehicle_purchase_fen,
                row.abroad_fen,
                row.meetings_fen,
            )
            for row in rows
        ),
    ]


def _asset_rows(rows: Sequence[AssetRow]) -> list[Row]:
    """固定资产."""
    return [
        [
            label("机构名称", down=2),
            label("固定资产\n合计", down=2),
            label("其中：", across=4),
            label("其他", down=2),
        ],
        [label("在用固定资产", across=2), label("出租固定资产", across=2)],
        *(
            [
                Cell(row.unit),
                Cell(_wan(row.total_fen)),
                Cell(_wan(row.in_use_fen), across=2),
                Cell(_wan(row.leased_out_fen), across=2),
                Cell(_wan(row.other_fen)),
            ]
            for row in rows
        ),
    ]


def _amounts(unit: str, *amounts: Amount) -> Row:
    """One line of a money table."""
    return [Cell(unit), *(Cell(_wan(amount)) for amount in amounts)]


def _wan(amount: Amount) -> str:
    """Fen as 万元; what is not stated stays empty, it is never nought."""
    return "" if amount is None else format_wan(amount)
