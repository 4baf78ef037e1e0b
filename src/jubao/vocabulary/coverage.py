"""Whether the people there are enough: one person for every step of a chain, all of them different."""

from collections.abc import Callable, Collection, Sequence

from jubao.vocabulary.posts import Post, Taker, who_may


def people_for(
    steps: Sequence[Taker], *, present: Callable[[Post], Sequence[str]], acted: Callable[[Post], Collection[str]]
) -> tuple[str, ...] | None:
    """Different people who may take the steps of a case one after the other; None when there are none.

    Whoever may take a step depends on who took the steps before: a stand-in acts only when nobody of the post is free.
    So this searches by that very rule instead of matching people to steps all at once.

    Args:
        steps: who takes each step, in order.
        present: gives who holds or covers a post and is not away, A岗 first.
        acted: gives who acted in a post in the accounting month (``who_may``).
    """

    def place(number: int, taken: tuple[str, ...]) -> tuple[str, ...] | None:
        if number == len(steps):
            return taken
        free = who_may(steps[number], present=present, taken=taken, acted=acted)
        found = (place(number + 1, (*taken, code)) for code in free)
        return next((people for people in found if people is not None), None)

    return place(0, ())
