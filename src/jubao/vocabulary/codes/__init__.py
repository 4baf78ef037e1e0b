"""The code lists of the scheme, each a string enumeration with a Chinese ``label``.

- ``labelled``: the base class of them all;
- ``person``: states, reasons, categories of people;
- ``money``: contributions, account sources and entries, benefit items, arrears;
- ``channel``: banks, outlets, certification, delegated programmes, campaigns;
- ``alert``: what may look unusual;
- ``privacy``: why whole numbers are looked at, and from whose record somebody stays away.
"""

from jubao.vocabulary.codes.alert import AlertKind
from jubao.vocabulary.codes.channel import (
    BankFailure,
    CampaignResult,
    CertificationMethod,
    Channel,
    DelegatedProgramme,
)
from jubao.vocabulary.codes.labelled import Labelled
from jubao.vocabulary.codes.money import (
    ArrearsKind,
    BenefitItem,
    ContributionItem,
    ContributionKind,
    EntryKind,
    Level,
    MakeUpKind,
    PaymentState,
    Source,
)
from jubao.vocabulary.codes.pension import LateAward, RecoveryMeans, Shortfall, ShortfallStart
from jubao.vocabulary.codes.person import (
    Category,
    ContributionState,
    ContributorEndReason,
    EnrolmentState,
    HouseholdType,
    RelationState,
    SchemeCode,
    Sex,
    SuspensionReason,
    TerminationReason,
)
from jubao.vocabulary.codes.privacy import LookReason, Relation

__all__ = [
    "AlertKind",
    "ArrearsKind",
    "BankFailure",
    "BenefitItem",
    "CampaignResult",
    "Category",
    "CertificationMethod",
    "Channel",
    "ContributionItem",
    "ContributionKind",
    "ContributionState",
    "ContributorEndReason",
    "DelegatedProgramme",
    "EnrolmentState",
    "EntryKind",
    "HouseholdType",
    "Labelled",
    "LateAward",
    "Level",
    "MakeUpKind",
    "PaymentState",
    "RecoveryMeans",
    "RelationState",
    "SchemeCode",
    "Sex",
    "Shortfall",
    "ShortfallStart",
    "Source",
    "SuspensionReason",
    "TerminationReason",
]
