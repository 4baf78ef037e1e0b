"""Codes about lists from outside and what is decided about the suspicions they raise."""

from jubao.vocabulary.codes.labelled import Labelled


class ListKind(Labelled):
    """What a list says about the people on it (名单种类)."""

    MINISTRY_DEATH = "MINISTRY_DEATH", "部级疑似死亡预警"
    POLICE_DEATH = "POLICE_DEATH", "公安死亡（注销）名单"
    CREMATION = "CREMATION", "民政火化名单"
    HEALTH_DEATH = "HEALTH_DEATH", "卫健死亡医学证明"
    MINISTRY_ALERT = "MINISTRY_ALERT", "部级待遇领取疑点"
    CROSS_PROVINCE = "CROSS_PROVINCE", "跨省重复领取名单"
    PROVINCIAL = "PROVINCIAL", "全省参保比对"
    EMPLOYEES = "EMPLOYEES", "职工养老保险名册"
    PUBLIC_SECTOR = "PUBLIC_SECTOR", "机关事业单位养老保险名册"
    OTHER_RESIDENTS = "OTHER_RESIDENTS", "外地居民养老保险名册"
    PRISON = "PRISON", "服刑人员名单"
    STUDENTS = "STUDENTS", "在校学生名册"
    HARDSHIP = "HARDSHIP", "困难群体名册"
    BANK_ACCOUNT = "BANK_ACCOUNT", "银行账户信息"
    SOCIAL_CARD = "SOCIAL_CARD", "社会保障卡信息"


class HitKind(Labelled):
    """What a hit on a list of groups, accounts or cards may mean (疑点类型)."""

    CATEGORY_CHANGE = "CATEGORY_CHANGE", "身份类别与登记不同"
    ACCOUNT_NAME_MISMATCH = "ACCOUNT_NAME_MISMATCH", "户名与姓名不同"
    ACCOUNT_OF_ANOTHER = "ACCOUNT_OF_ANOTHER", "发放账户是他人的"
    SHARED_ACCOUNT = "SHARED_ACCOUNT", "多人同一账户"
    CARD_NOT_WORKING = "CARD_NOT_WORKING", "卡已挂失或停用"
    CARD_MISMATCH = "CARD_MISMATCH", "卡号与登记不同"


class ClearedBy(Labelled):
    """What kind of evidence settles a suspicion without an ending (排除依据种类)."""

    SEEN = "SEEN", "见到本人"
    WRONG_PERSON = "WRONG_PERSON", "并非同一人"
    SOURCE_ERROR = "SOURCE_ERROR", "来源记录有误"
    RELEASED = "RELEASED", "刑满释放"
    HANDLED = "HANDLED", "已办理相应业务"
