"""Codes about people paid on behalf of other departments."""

from jubao.vocabulary.codes.labelled import Labelled


class DelegatedReason(Labelled):
    """Why somebody on a roster is no longer paid, for a time or for good."""

    DEATH = "DEATH", "死亡"
    NO_LONGER_ENTITLED = "NO_LONGER_ENTITLED", "不再符合项目条件"
    MOVED = "MOVED", "户籍或关系迁出"
    DEPARTMENT = "DEPARTMENT", "主管部门通知"
    UNDER_REVIEW = "UNDER_REVIEW", "待核实"
    CAP = "CAP", "已发满总额"
    OTHER = "OTHER", "其他"
