"""Codes of the office's own papers: levels of its area, ends of keys, reports that are signed."""

from jubao.vocabulary.codes.labelled import Labelled


class DivisionLevel(Labelled):
    """Level of a division the office serves (区划级别)."""

    TOWNSHIP = "TOWNSHIP", "乡镇街道"
    VILLAGE = "VILLAGE", "村社区"


class KeyEndReason(Labelled):
    """Why a signing key ended (密钥停用原因)."""

    LOST = "LOST", "遗失"
    BETRAYED = "BETRAYED", "疑似泄露"
    REPLACED = "REPLACED", "更换"
    LEFT = "LEFT", "离岗"


class SignedReportKind(Labelled):
    """Reports whose figures are frozen when they are signed (签定报告)."""

    SELF_EVALUATION = "self-evaluation", "部门整体支出绩效自评报告"
