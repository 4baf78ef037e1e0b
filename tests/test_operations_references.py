"""What acts refer to: every kind of every act resolves, within what a viewer may see, and ``jubao find`` lists it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import typer
from typer.testing import CliRunner

from jubao.operations.envelope.declaration import ACTS
from jubao.operations.envelope.fields import Kind, Question
from jubao.operations.envelope.references import REFERENCES, NoSuchReference, candidates, resolve
from jubao.records.models import Person, Proposal
from jubao.reports.fiscal.draft import LINES
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import MayNotLook
from tests.office import READER, VILLAGE
from tests.reports_year import GONE, built_once, payer, pensioner

pytestmark = pytest.mark.django_db
VALUES = frozenset(
    {
        Kind.TEXT,
        Kind.EVIDENCE,
        Kind.NAME,
        Kind.AMOUNT,
        Kind.COUNT,
        Kind.YEAR,
        Kind.MONTH,
        Kind.PERIOD,
        Kind.DAY,
        Kind.DEADLINE,
        Kind.TIER,
        Kind.CATEGORY,
        Kind.ACCOUNT,
        Kind.KEY,
        Kind.KEYED_NUMBER,
        Kind.CHOICE,
        Kind.FLAG,
        Kind.GROUP,
        Kind.TABLE,
    }
)
"""Kinds that are values by themselves and refer to nothing."""


@pytest.fixture(scope="module")
def books(django_db_setup, django_db_blocker):
    """The quarter of 2017, built once for this file and rolled back after it."""
    yield from built_once(django_db_blocker)


def asked(questions: Sequence[Question]) -> Iterator[Question]:
    """Every question, those inside others included."""
    for one in questions:
        yield one
        yield from asked(one.inside)


def test_every_kind_that_an_act_asks_for_is_a_value_or_resolves():
    kinds = {question.kind for declared in ACTS.values() for question in asked(declared.questions)}
    assert kinds - VALUES <= set(REFERENCES)
    assert set(REFERENCES) == set(Kind) - VALUES, "no kind is without an answer, none has two"


@pytest.mark.parametrize("kind", REFERENCES)
def test_what_is_offered_is_accepted_as_it_stands(books, kind):
    offered = candidates(kind, "", viewer=READER, limit=5)
    expected_empty = {Kind.MAPPING, Kind.ROUND}  # the quarter has none
    assert bool(offered) != (kind in expected_empty)
    for one in offered:
        assert resolve(kind, one.value, viewer=READER) == one.value
        assert one in candidates(kind, one.value, viewer=READER, limit=50)


def test_a_person_is_named_by_any_number_or_by_a_name_nobody_else_bears(books):
    known = Person.objects.get(resident_number=payer("甲"))
    for text in (known.resident_number, known.resident_number.lower(), known.personal_number, "甲", " 甲 "):
        assert resolve(Kind.PERSON, text, viewer=READER) == known.personal_number
    paid_for = candidates(Kind.PERSON, "代发一", viewer=READER, limit=5)
    assert [one.value[:1] for one in paid_for] == ["D"]
    assert resolve(Kind.PERSON, paid_for[0].value, viewer=READER) == paid_for[0].value


def test_an_award_is_offered_only_while_it_has_not_ended(books):
    drawing = {one.label for one in candidates(Kind.AWARD, "", viewer=READER, limit=100)}
    assert {"平安", "停发"} <= drawing
    assert not drawing & {"甲", "早年终止", "死亡"}
    with pytest.raises(NoSuchReference, match="待遇领取人"):
        resolve(Kind.AWARD, GONE, viewer=READER)


def test_what_is_unknown_or_means_several_is_a_sentence_without_a_whole_number(books):
    with pytest.raises(NoSuchReference, match="没有找到") as unknown:
        resolve(Kind.PERSON, "430602196001010011", viewer=READER)
    assert "196001010011" not in str(unknown.value)
    with pytest.raises(NoSuchReference, match="支付批次") as several:
        resolve(Kind.BATCH, "Y2017", viewer=READER)
    assert candidates(Kind.BATCH, "Y2017", viewer=READER, limit=1)[0].value in str(several.value)
    with pytest.raises(NoSuchReference, match="不止一个"):
        resolve(Kind.RECEIPT, "对方", viewer=READER)


def test_a_budget_line_is_an_account_of_the_chart(books):
    for line in LINES:
        assert resolve(Kind.LEDGER_ACCOUNT, line, viewer=READER) == line
    assert resolve(Kind.OFFICE_ACCOUNT, "收入户", viewer=READER) == "COLLECTION_ACCOUNT"


def test_who_answers_for_one_village_is_offered_its_people_and_nothing_of_the_office(books):
    scoped = replace(READER, scope=frozenset({VILLAGE}))
    elsewhere = replace(READER, scope=frozenset({"430602009001"}))
    assert candidates(Kind.PERSON, "甲", viewer=scoped, limit=5)
    assert [one.value for one in candidates(Kind.DIVISION, "", viewer=scoped, limit=5)] == [VILLAGE]
    for kind in (Kind.PERSON, Kind.AWARD, Kind.DIVISION, Kind.OUTLET):
        assert candidates(kind, "", viewer=elsewhere, limit=5) == []
    own = {Kind.PERSON, Kind.AWARD, Kind.DIVISION, Kind.OUTLET}
    public = {Kind.STAFF, Kind.FIGURE, Kind.OFFICE_ACCOUNT}
    for kind in set(REFERENCES) - own - public:
        assert candidates(kind, "", viewer=scoped, limit=5) == [], kind
    with pytest.raises(NoSuchReference):
        resolve(Kind.PERSON, payer("甲"), viewer=elsewhere)


def test_proposals_are_offered_to_the_posts_of_their_acts_only(books):
    cashier = replace(READER, posts=frozenset({Post.CASHIER}), lifted=frozenset())
    hidden = Proposal.objects.filter(code="match.import").order_by("pk").first() or Proposal.objects.get(
        code="duty.record"
    )
    assert resolve(Kind.PROPOSAL, hidden.key, viewer=READER) == hidden.key
    with pytest.raises(NoSuchReference):
        resolve(Kind.PROPOSAL, hidden.key, viewer=cashier)
    with pytest.raises(MayNotLook, match="登记资料"):
        candidates(Kind.STAFF, "", viewer=replace(cashier, posts=frozenset({Post.PERMISSION})), limit=5)


def test_a_candidate_shows_no_whole_number(books):
    for kind in (Kind.PERSON, Kind.AWARD):
        masked = replace(READER, lifted=frozenset())
        text = str(candidates(kind, "", viewer=masked, limit=100) + candidates(kind, "代发", viewer=masked, limit=100))
        for name in ("甲", "乙"):
            assert payer(name) not in text
        assert pensioner("平安") not in text


@pytest.fixture
def jubao(books, monkeypatch):
    """The command, on the books as they are."""
    from jubao.cli import find as door
    from jubao.cli import setup

    monkeypatch.setattr(setup, "open_office", lambda **_: None)
    app = typer.Typer()
    app.callback()(lambda: None)
    door.register(app)
    return lambda *words: CliRunner().invoke(app, ["find", *words])


def test_the_command_find_prints_people_masked_and_whole_only_to_who_may_see(jubao, monkeypatch):
    masked = jubao("甲", "--by", "C2")
    assert masked.exit_code == 0
    assert "甲街道" in masked.output
    assert payer("甲") not in masked.output
    assert payer("甲")[-4:] in masked.output
    assert payer("甲") in jubao("甲", "--by", "D1", "--numbers", "--reason", "CASE").output
    refused = jubao("甲", "--by", "C2", "--numbers")
    assert refused.exit_code == 1
    assert payer("甲") not in refused.output
    assert jubao("不在册", "--by", "C2").exit_code == 1
    monkeypatch.delenv("JUBAO_STAFF")
    assert jubao("甲").exit_code == 1  # who looks must be said


def test_the_command_find_goes_on_page_by_page_and_finds_other_kinds(jubao):
    first = jubao("--by", "D2", "--limit", "3")
    assert first.exit_code == 0
    place = first.output.rpartition("--after ")[2].strip()
    second = jubao("--by", "D2", "--limit", "3", "--after", place)
    assert second.exit_code == 0
    people = set(Person.objects.order_by("pk").values_list("personal_number", flat=True))
    pages = [{one for one in people if one in page.output} for page in (first, second)]
    assert [len(page) for page in pages] == [3, 3]
    assert not pages[0] & pages[1]
    assert jubao("--by", "D2", "--after", "1-1-00000000").exit_code == 2
    assert "Y201701" in jubao("Y2017", "--kind", "batch", "--by", "D2").output
    assert "COLLECTION_ACCOUNT" in jubao("收入", "--kind", "office-account", "--by", "D2").output
    unknown = jubao("x", "--kind", "nothing", "--by", "D2")
    assert unknown.exit_code == 2
    assert "batch（支付批次）" in unknown.output
