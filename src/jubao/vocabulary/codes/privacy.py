"""Why somebody looks at whole numbers, and who is so near that one may not act on his record."""

from jubao.vocabulary.codes.labelled import Labelled


class LookReason(Labelled):
    """Why a mask is lifted (查看理由); what none of them names is said in words."""

    CASE = "CASE", "办理业务"
    PAPERS = "PAPERS", "核对原件"
    ENQUIRY = "ENQUIRY", "答复本人查询"
    MATCHING = "MATCHING", "核实疑点"
    AUDIT = "AUDIT", "稽核检查"
    HANDOVER = "HANDOVER", "报送或移交"
    OTHER = "OTHER", "其他"


class Relation(Labelled):
    """Whose record somebody stays away from (回避关系): one's own, or that of a relative."""

    SELF = "SELF", "本人"
    SPOUSE = "SPOUSE", "配偶"
    PARENT = "PARENT", "父母"
    CHILD = "CHILD", "子女"
    SIBLING = "SIBLING", "兄弟姐妹"
    OTHER = "OTHER", "其他亲属"
