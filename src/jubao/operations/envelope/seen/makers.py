"""Who makes an act: the posts that propose it, who stands in for them, and whose form it therefore is."""

from jubao.operations.envelope.declaration import Declaration
from jubao.operations.envelope.posts import STAND_INS, AnyPost, Post
from jubao.vocabulary.viewer import MayNotLook, Viewer


def makers_of(declaration: Declaration) -> tuple[Post, ...]:
    """The posts any of which proposes it."""
    return declaration.maker.among if isinstance(declaration.maker, AnyPost) else (declaration.maker,)


def makes(declaration: Declaration, viewer: Viewer) -> bool:
    """Whether a post of the viewer's proposes it, not counting whom he stands in for."""
    return bool(viewer.posts & set(makers_of(declaration)))


def may_stand_in(declaration: Declaration, viewer: Viewer) -> bool:
    """Whether he stands in for a post that proposes it; whether one of them is away is asked when he does."""
    return any(STAND_INS.get(post) in viewer.posts for post in makers_of(declaration))


def takes_part(declaration: Declaration, viewer: Viewer) -> bool:
    """Whether he takes a step of it after the maker."""
    return bool(viewer.posts & {step.post for step in declaration.chain})


def require_maker(declaration: Declaration, viewer: Viewer) -> None:
    """Refuse the form of an act to whoever never proposes it. Raises MayNotLook with the posts that do."""
    if not makes(declaration, viewer) and not may_stand_in(declaration, viewer):
        raise MayNotLook(f"“{declaration.title}”由{declaration.maker.label}办理，请转给该岗位的同事")
