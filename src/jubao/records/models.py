"""All record models in one place, as Django looks for them."""

from jubao.records.accounts import AccountBalance, AccountEntry, AccountPosting, IndividualAccount
from jubao.records.acts import AuditEvent, OutboxContent, OutboxItem, Proposal, Signature, TableMark
from jubao.records.awards import Arrears, Award, AwardComponent, AwardEvent
from jubao.records.cases import (
    BackpayMonth,
    OverpaidMonth,
    Overpayment,
    RecoveryEvent,
    Settlement,
    SettlementReversal,
    Transfer,
    WithdrawnMonth,
)
from jubao.records.contributions import Contribution, ContributionBatch, Crediting, StatementLine
from jubao.records.custody import (
    AnchorDeposit,
    KeyRotation,
    Restoration,
    RestorationAnswer,
    RestorationClosed,
    RestoreApproval,
)
from jubao.records.desk import Draft, Work
from jubao.records.evaluation import Asset, BudgetLine, EvaluationAnswer, Indicator, Objective, Spending, Survey
from jubao.records.finance import FiscalConfirmation, FundBudget, RemittanceShare
from jubao.records.identity import Attempts, Session, SigningKey, SigningKeyEnd
from jubao.records.law import LawAcceptance, LawWithdrawal
from jubao.records.office import (
    Absence,
    AbsenceEnd,
    Division,
    InboundFile,
    Office,
    Outlet,
    PostEnd,
    PostHolding,
    Staff,
    Submission,
    Target,
)
from jubao.records.payments import (
    BankLine,
    BatchStep,
    LineReturn,
    PaymentBatch,
    Payout,
    PayoutOrder,
    PayoutRedirect,
    PayrollLine,
    PayrollRun,
    PensionMonth,
)
from jubao.records.people import (
    BankAccount,
    CategoryPeriod,
    Certification,
    Enrolment,
    EnrolmentEvent,
    Identity,
    Person,
    PersonMerge,
    Residence,
)
from jubao.records.privacy import ExportApproval, ExportUse, Look, Recusal, RecusalEnd
from jubao.records.programmes import (
    Campaign,
    CampaignResult,
    CampaignTask,
    DelegatedFunding,
    DelegatedLine,
    DelegatedPayee,
    DelegatedPayeeEvent,
    DelegatedReturn,
    FiscalReceipt,
    FundMovement,
    LateReturn,
)
from jubao.records.recovery import ContributionRefund, Instalment, InstalmentPlan, RecoveryDemand
from jubao.records.registers import (
    CandidateEvent,
    MatchCandidate,
    MatchList,
    MatchRun,
    RegisterMapping,
    RegisterRow,
    RegisterRowEvent,
    VerificationFinding,
    VerificationItem,
    VerificationRound,
)
from jubao.records.reporting import DutyReceipt, FigureReason, ReportDuty, SignedFigure, SignedReport
from jubao.records.takeover import EarlierPayment, EarlierYear, RegisterOpening
from jubao.records.watch import Alert, AlertEvent, LineHold

__all__ = [name for name in dir() if name[0].isupper()]
