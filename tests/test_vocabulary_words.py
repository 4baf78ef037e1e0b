"""Names and codes: one form for comparing, labels for every code, sources that fit their items."""
# ruff: noqa: RUF001  (full-width and foreign characters are what is tested)

import pytest

from jubao.vocabulary import codes
from jubao.vocabulary.name import normalise_name, same_name


@pytest.mark.parametrize("dot", ["·", "•", "‧", "・", "･", ".", "．", " · ", "∙"])
def test_all_middle_dots_are_one(dot):
    assert normalise_name(f"买买提{dot}艾力") == "买买提·艾力"


@pytest.mark.parametrize("raw", ["欧阳兰", " 欧阳兰 ", "欧 阳 兰", "欧阳　兰", "欧阳兰\u200b", "\ufeff欧阳兰"])
def test_stray_spaces_and_invisible_marks_do_not_make_another_name(raw):
    assert same_name(raw, "欧阳兰")


@pytest.mark.parametrize(("one", "other"), [("李峰", "李锋"), ("劉明", "刘明"), ("李", "李一"), ("Anna Li", "AnnaLi")])
def test_real_differences_stay_visible(one, other):
    assert not same_name(one, other)


@pytest.mark.parametrize("raw", [" 买买提•艾力　", "Anna  Li", "𠮷 野", "王．五", ""])
def test_normalising_twice_changes_nothing(raw):
    assert normalise_name(normalise_name(raw)) == normalise_name(raw)


@pytest.mark.parametrize("name", [name for name in codes.__all__ if name != "Labelled"])
def test_every_code_has_a_chinese_label_and_stands_for_itself(name):
    for member in getattr(codes, name):
        assert any("\u4e00" <= character <= "\u9fff" for character in member.label)
        assert getattr(codes, name)(str(member)) is member
        assert (str(member), member.label) in getattr(codes, name).choices()


def test_account_items_and_sources_are_one_to_one():
    drawn = [item for item in codes.BenefitItem if item.is_account]
    assert {item.source for item in drawn} == set(codes.Source)
    assert [codes.BenefitItem.of(item.source) for item in drawn] == drawn
    assert all(item.source is None for item in codes.BenefitItem if not item.is_account)


def test_contribution_items_are_credited_to_the_source_of_their_payer():
    assert codes.ContributionItem("4").source is codes.Source.CITY
    assert codes.ContributionItem("11").source is codes.Source.GOVERNMENT_PAID
    assert {item.source for item in codes.ContributionItem} == set(codes.Source) - {codes.Source.TRANSFER}
