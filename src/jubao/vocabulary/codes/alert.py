"""The kinds of alerts: what may look unusual between the acts."""

from jubao.vocabulary.codes.labelled import Labelled


class AlertKind(Labelled):
    """Why somebody must look (预警类型)."""

    NO_LIST = "NO_LIST", "缺少比对名单"
    SUSPENSION_OVERDUE = "SUSPENSION_OVERDUE", "暂停逾期未处理"
    RESUMED_BY_ONE = "RESUMED_BY_ONE", "同一经办人集中续发"
    RESUMED_IN_VILLAGE = "RESUMED_IN_VILLAGE", "同村同日集中续发"
    SHARED_ACCOUNT = "SHARED_ACCOUNT", "多人同一账户"
    SHARED_PHONE = "SHARED_PHONE", "多人同一电话"
    CERTIFIED_AFTER_DEATH = "CERTIFIED_AFTER_DEATH", "死亡之后通过认证"
    CHANGED_THEN_PAID = "CHANGED_THEN_PAID", "变更账户后发放"
    CLEARED_BY_ONE = "CLEARED_BY_ONE", "同一经办人集中排除疑点"
    PAID_LATE = "PAID_LATE", "待遇发放逾期"
