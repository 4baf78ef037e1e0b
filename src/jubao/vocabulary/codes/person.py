"""Codes about people: states, reasons, categories."""

from jubao.vocabulary.codes.labelled import Labelled


class EnrolmentState(Labelled):
    """AAC008, state of the enrolment."""

    ACTIVE = "1", "正常参保"
    PAUSED = "2", "暂停参保"
    ENDED = "4", "终止参保"


class ContributionState(Labelled):
    """AAC031, state of the contributions; 3 also means a pension is being drawn."""

    PAYING = "1", "正常缴费"
    PAUSED = "2", "暂停缴费"
    ENDED = "3", "待遇或终止"


class RelationState(Labelled):
    """AAC008 and AAC031 together: the five ways in which an insurance relation can stand."""

    CONTRIBUTING = "11", "正常缴费"
    NOT_CONTRIBUTING = "22", "暂停缴费"
    DRAWING = "13", "正常待遇"
    DRAWING_PAUSED = "23", "暂停待遇"
    ENDED = "43", "终止参保"

    @classmethod
    def of(cls, enrolment: str, contribution: str) -> "RelationState":
        """The state that two codes mean together."""
        return cls(f"{enrolment}{contribution}")


class Sex(Labelled):
    """AAC004, sex (GB/T 2261.1)."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    NOT_STATED = "9", "未说明"


class HouseholdType(Labelled):
    """AAC009, household registration."""

    URBAN = "10", "城镇"
    RURAL = "20", "农村"


class Category(Labelled):
    """AAC066, category a person is enrolled in."""

    ORDINARY = "011", "普通参保人员"
    DISABLED_1 = "021", "残一级"
    DISABLED_2 = "022", "残二级"
    DISABLED_3 = "023", "残三级"
    EXTREMELY_POOR_1 = "031", "特困一级"
    EXTREMELY_POOR_2 = "032", "特困二级"
    EXTREMELY_POOR_3 = "033", "特困三级"
    POOR_1 = "051", "贫困人口一级"
    POOR_2 = "052", "贫困人口二级"
    POOR_3 = "053", "贫困人口三级"
    LOW_INCOME_1 = "061", "低保对象一级"
    LOW_INCOME_2 = "062", "低保对象二级"
    LOW_INCOME_3 = "063", "低保对象三级"
    SPECIAL_FAMILY_PLANNING = "071", "计生特扶人员"
    OTHER = "090", "其他"


class SuspensionReason(Labelled):
    """AAE160 on the benefit side: why a pension is suspended."""

    NO_PROOF_OF_LIFE = "1201", "未通过领取资格认证"
    IN_CUSTODY = "1202", "服刑收监"
    OTHER = "1299", "其他原因暂停"


class TerminationReason(Labelled):
    """AAE160 on the benefit side: why a pension ends."""

    DEATH = "1401", "死亡"
    SETTLED_ABROAD = "1406", "出国（境）定居"
    EMPLOYEES_SCHEME = "1407", "参加或领取职保待遇"
    OTHER = "1499", "其他原因终止"


class ContributorEndReason(Labelled):
    """AAE160 on the contribution side: why an enrolment ends before a pension."""

    DEATH = "6401", "死亡"
    TRANSFERRED_OUT = "6404", "关系转出统筹地区"
    SETTLED_ABROAD = "6406", "出国（境）定居"
    EMPLOYEES_SCHEME = "6407", "参加职保"
    OTHER = "6499", "其他原因终止"


class SchemeCode(Labelled):
    """AAE140, insurance type of a pension scheme."""

    RESIDENTS = "170", "城乡居民基本养老保险"
    EMPLOYEES = "110", "职工基本养老保险"
    PUBLIC_SECTOR = "120", "机关事业单位养老保险"
