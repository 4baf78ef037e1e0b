"""The page of thefts: every way, how it ends for each of the staff alone and for every two of them."""

from collections.abc import Iterator, Mapping, Sequence

from jubao.operations.envelope.posts import Post
from tests.office import LAYOUT
from tests.theft.crew import EVERYBODY
from tests.theft.outcome import End, Outcome
from tests.theft.theft import Theft

Crew = frozenset[str]
HEAD = """\
# 盗取演练 · Thefts tried

每一种办法都在一个试验机构里真办一遍：同伙尽量自己经办、复核、顶岗，其余的人见到什么签什么，只有预览中的例外或提示点出了这件事才停下。
单独一人和任意两人的结果列在下面；由测试 `tests/theft` 逐项核对，结果变了，本页和测试一起变。

Every way is really tried in a small office: whoever colludes makes, checks and stands in wherever the books let them; the others sign
whatever they are shown, unless an exception or a notice of the preview names the matter. Below is how it ends for each of the staff
alone and for every two of them. `tests/theft` tries it all; nobody may succeed.

| 结果 | End | 含义 | Meaning |
|---|---|---|---|
| 办不成 | Impossible | 被规则拒绝，谁签都一样 | refused by a rule, whoever signs |
| 缺人 | Needs more | 同伙中无人有权经办这一步，正常的人不会替他们提出 | nobody of them may begin it, and nobody honest would |
| 款项扣留 | Held | 钱不进报盘文件，有人查清疑点才发 | the money stays out of the bank's file until somebody answers |
| 第三人可见 | Shown | 付款以前，同伙以外的人在签署前看到例外或提示 | somebody else is shown it before signing, before money leaves |

列“合谋”是全体人员一起办时的结果：写“得手”的，只靠有人看见并停下来挡住。
The column “all” is how it ends when everybody colludes: where it says that it succeeds, only somebody's eyes stand in the way.

"""
TAIL = """
## 不在本页之内 · What lies outside

- 交行以后的改动（出纳在路上改文件、银行内部作案）只能由回盘和对账发现，不能由本程序阻止。
  What happens on the way to the bank is discovered by its answer and by reconciliation; the office cannot hinder it.
- 看到例外仍然签字的第三人：预览写明了是谁、哪个账户，签字留有本人签名。
  A third person who signs in spite of what is shown; the preview named whom and which account, and the signature is theirs alone.
- 接入底册、对账单里的假行只有与移交清册、银行原件核对才能看出；预览给出合计供核对，点不出是哪一行。
  A false line in the register handed over, or in a statement, shows only beside the original; the preview gives totals, not the line.
"""


def written(
    subjects: Mapping[str, Sequence[Theft]],
    together: Mapping[str, Outcome],
    by_crew: Mapping[str, Mapping[Crew, Outcome]],
) -> str:
    """The whole page.

    Args:
        subjects: the ways by subject.
        together: how each way ends when everybody colludes; by_crew: for each crew.
    """
    parts = [HEAD, *_who(), ""]
    for title, thefts in subjects.items():
        parts += [
            f"## {title}",
            "",
            "| 办法 Way | 对照 Replays | 合谋 All | 人员 Who | 结果 End | 何处 Where | 依据 Why |",
        ]
        parts.append("|---|---|---|---|---|---|---|")
        for theft in thefts:
            parts += _rows(theft, together[theft.name], by_crew[theft.name])
        parts.append("")
    return "\n".join(parts).rstrip("\n") + "\n" + TAIL


def _who() -> Iterator[str]:
    """The staff of the office in which it is tried."""
    yield "| 人员 Who | 岗位 Posts | 顶岗 Covers |"
    yield "|---|---|---|"
    for code, _, posts, cover in LAYOUT:
        held, covered = ("、".join(Post(one).label for one in some) for some in (posts, cover))
        yield f"| {code} | {held} | {covered} |"
    yield f"| P1 | {Post.PERMISSION.label} |  |"


def _rows(theft: Theft, together: Outcome, by_crew: Mapping[Crew, Outcome]) -> Iterator[str]:
    """One row for each end a way has, those of most crews last."""
    groups: dict[Outcome, list[Crew]] = {}
    for crew, outcome in by_crew.items():
        groups.setdefault(outcome, []).append(crew)
    ordered = sorted(groups.items(), key=lambda item: (item[0].end is End.NEEDS_MORE, len(item[1])))
    everybody = together.end.label.partition(" ")[0]
    heads = [f"{theft.name}<br>{theft.english} | {theft.replays} | {everybody}"] + [" | | "] * (len(ordered) - 1)
    for place, (head, (outcome, members)) in enumerate(zip(heads, ordered, strict=True)):
        last = place == len(ordered) - 1 and place > 0
        who = f"其余 {len(members)} 组 the rest" if last else _told(members)
        yield f"| {head} | {who} | {outcome.end.label} | {outcome.where} | {_cell(outcome.why)} |"


def _told(members: Sequence[Crew]) -> str:
    """Who ends so: somebody alone or with whomever in one word, the others by name."""
    found = set(members)
    if len(found) == len(EVERYBODY) * (len(EVERYBODY) + 1) // 2:
        return f"任何人、任意两人（{len(found)} 组） anybody"
    words, left = [], set(found)
    for one in EVERYBODY:
        own = {frozenset({one, other}) for other in EVERYBODY}
        if own <= found:
            words.append(f"{one}（独自或与任何人）")
            left -= own
    words += ["+".join(sorted(crew, key=EVERYBODY.index)) for crew in members if crew in left]
    return "、".join(words)


def _cell(text: str) -> str:
    return text.replace("|", "／")
