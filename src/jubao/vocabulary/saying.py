"""Months, days, sums and posts as they stand in a sentence of either language."""

from datetime import date

from jubao.vocabulary.both import Both, both
from jubao.vocabulary.fen import format_yuan
from jubao.vocabulary.posts import LABELS, Post


def month_said(month: int) -> Both:
    """A month YYYYMM.

    >>> month_said(201709).chinese, month_said(201709).english
    ('2017年9月', '2017-09')
    """
    year, number = divmod(month, 100)
    return both(f"{year}年{number}月", f"{year}-{number:02}")


def day_said(day: date) -> Both:
    """A day.

    >>> day_said(date(2017, 9, 4)).chinese, day_said(date(2017, 9, 4)).english
    ('2017年9月4日', '2017-09-04')
    """
    return both(f"{day.year}年{day.month}月{day.day}日", day.isoformat())


def yuan_said(fen: int) -> Both:
    """A sum in fen.

    >>> yuan_said(10350).chinese, yuan_said(10350).english
    ('103.50 元', '103.50 yuan')
    """
    return both(f"{format_yuan(fen)} 元", f"{format_yuan(fen)} yuan")


def post_said(post: str) -> Both:
    """A post by its code; what is none stands for itself.

    >>> post_said("BENEFITS").chinese, post_said("BENEFITS").english
    ('待遇经办岗', 'benefits post')
    """
    label = LABELS.get(Post(post)) if post in LABELS else None
    return both(label, f"{post.replace('_', ' ').lower()} post") if label else both(post, post)


def sentence(chinese: str, english: str, **said: Both | str | int) -> Both:
    """A sentence with the names in braces replaced, each by its own language.

    >>> sentence("自{when}起", "from {when}", when=month_said(201709)).english
    'from 2017-09'
    """

    def told(language: str) -> dict[str, object]:
        return {name: getattr(one, language) if isinstance(one, Both) else one for name, one in said.items()}

    return both(chinese.format(**told("chinese")), english.format(**told("english")))
