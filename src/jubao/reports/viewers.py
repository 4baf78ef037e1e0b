"""Whom a staff code stands for: the viewer with the posts somebody holds or covers on a day, and the people he sees."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from jubao.records.keyed_numbers import keyed
from jubao.records.models import Person, PostHolding, Staff
from jubao.reports.recusals import recused_of
from jubao.vocabulary.masks import Mask
from jubao.vocabulary.posts import Post
from jubao.vocabulary.viewer import SEARCHING, MayNotLook, Recused, Scope, Viewer, Witness


def viewer_of(staff: str, *, on: date, lifted: Iterable[Mask], witness: Witness | None) -> Viewer:
    """The viewer behind a staff code; whoever works in the centre sees the whole district.

    Args:
        staff: the code; on: the day whose posts count.
        lifted: masks the task at hand lifts.
        witness: who writes down whom he sees unmasked.
    Raises:
        MayNotLook: nobody has this code, he holds no post on the day, or none that may lift masks.
    """
    return Viewer(
        staff=staff,
        posts=posts_of(staff, on=on),
        scope=Scope.EVERYWHERE,
        day=on,
        lifted=frozenset(lifted),
        recused=Recused(recused_of(staff), keyed),
        witness=witness,
    )


def posts_of(staff: str, *, on: date) -> frozenset[Post]:
    """The posts somebody holds or covers on a day. Raises MayNotLook: nobody has the code, or he holds none."""
    if not Staff.objects.filter(code=staff).exists():
        raise MayNotLook(f"没有工号 {staff}，请核对 --by")
    held = PostHolding.objects.on(on).filter(staff__code=staff).order_by("post").values_list("post", flat=True)
    posts = frozenset(Post(post) for post in held)
    if not posts:
        raise MayNotLook(f"{staff} 在 {on:%Y-%m-%d} 没有岗位，不能查看")
    return posts


def people_seen(viewer: Viewer) -> QuerySet[Person]:
    """The people of the viewer's divisions; a page about one of them asks ``Viewer.require_distance`` as well.

    Raises:
        MayNotLook: none of his posts may look at people.
    """
    viewer.require(SEARCHING, "参保人资料")
    people = Person.objects.all()
    if isinstance(viewer.scope, frozenset):
        return people.filter(Q(township__in=viewer.scope) | Q(division__in=viewer.scope))
    return people
