"""Codes about ways in and out: banks, outlets, certification, programmes, campaigns."""

from jubao.vocabulary.codes.labelled import Labelled


class Channel(Labelled):
    """AAB033, way of collecting (the province's own dictionary)."""

    BANK = "2", "银行代收"
    OUTLET = "3", "经办机构自收（网点刷卡）"


class CertificationMethod(Labelled):
    """AAC098, way of confirming that a person may go on drawing."""

    AGENCY = "01", "经办机构认证"
    PHONE = "02", "手机认证"
    SELF_SERVICE = "04", "自助终端认证"
    OTHER = "05", "其他方式认证"


class DelegatedProgramme(Labelled):
    """AAC066 of people paid on behalf of other departments (代发)."""

    ONLY_CHILD_PARENTS = "801", "独生子女父母"
    RURAL_TEACHERS = "802", "乡村教师"
    RURAL_DOCTORS = "803", "乡村医生"


class CampaignResult(Labelled):
    """Result code of the universal registration campaign (全民参保登记)."""

    IN_EMPLOYEES_SCHEME = "0200", "已在省内参加职保"
    IN_PUBLIC_SECTOR_SCHEME = "0201", "已参加机关事业单位养老保险"
    IN_OTHER_PROVINCE = "0202", "已在外省参加职保"
    STUDENT = "0203", "在校学生"
    SOLDIER = "0204", "现役军人"
    PRISONER = "0205", "服刑人员"
    ABROAD = "0206", "出国（境）人员"
    DEAD = "0207", "死亡未销户"
    OTHER = "0208", "其他"
    JOINED = "1011", "已在本地参保"
    UNWILLING = "2011", "本人不愿参保"


class BankFailure(Labelled):
    """Failure code of a bank's return file."""

    INSUFFICIENT_BALANCE = "101", "余额不足"
    PERSON_NOT_FOUND = "102", "个人编号不存在"
    ACCOUNT_NOT_FOUND = "103", "账户校验失败或不存在"
    RESIDENT_NUMBER_MISMATCH = "104", "公民身份号码校验失败"
    NAME_MISMATCH = "105", "姓名不符"
    DEBIT_ACCOUNT_CLOSED = "106", "扣款账户已销户或挂失"
    NOTICE_NUMBER_WRONG = "201", "支付通知单号错误"
    AREA_WRONG = "202", "统筹区错误"
    PAYEE_CHECK_FAILED = "203", "收款人校验失败"
    PARTY_RESIDENT_NUMBER_MISMATCH = "204", "客户号与公民身份号码不符"
    PARTY_NAME_MISMATCH = "205", "客户号与姓名不符"
    PARTY_NUMBER_WRONG = "206", "客户号错误"
    NO_PAYMENT_RECORD = "207", "无此支付记录"
    AMOUNT_MISMATCH = "208", "金额不符"
    DUPLICATE_IMPORT = "209", "重复导入"
    PAYMENT_FAILED = "210", "银行支付失败"
    PAYEE_ACCOUNT_CLOSED = "211", "收款账户已销户、挂失、未绑定或不适用"
