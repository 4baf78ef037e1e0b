"""An office on trial: its people are invented, and one person plays all of them."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from jubao.exchange.atomic import write_atomically
from jubao.operations.envelope.fault import Refused
from jubao.operations.envelope.hands import TRIAL_KEY, key_in_force, trial_hand, trial_secret
from jubao.records.models import PostHolding, Staff
from jubao.vocabulary.posts import Post

KEY_BYTES = 32


def begin_trial() -> bool:
    """Make the key that signs for invented people. Returns whether it was made now.

    Raises:
        Refused: an office is founded here already, whose people have keys of their own.
    """
    if trial_secret() is not None:
        return False
    if Staff.objects.exists():
        raise Refused("本机构已经建账，工作人员各有自己的签名密钥，不能转为试用；试用请另建机构目录（JUBAO_HOME）")
    keys = Path(settings.JUBAO_HOME) / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomically(keys / TRIAL_KEY, os.urandom(KEY_BYTES))
    return True


@dataclass(frozen=True)
class Invented:
    """An invented person of an office on trial: code, name, and the posts of the day."""

    code: str
    name: str
    posts: tuple[Post, ...]


def invented_staff(on: date) -> tuple[Invented, ...] | None:
    """Everybody whom one person may play here, in the order of their posts; None where this is no office on trial."""
    secret = trial_secret()
    if secret is None:
        return None
    held: dict[str, list[Post]] = {}
    rows = PostHolding.objects.on(on).filter(capacity="A").order_by("id").values_list("staff__code", "post")
    for code, post in rows:
        held.setdefault(code, []).append(Post(post))
    names = dict(Staff.objects.order_by("id").values_list("code", "name"))
    played = [code for code in held if key_in_force(code) == trial_hand(code, secret).public]
    order = list(Post)
    found = [Invented(code, names[code], tuple(sorted(held[code], key=order.index))) for code in played]
    return tuple(sorted(found, key=lambda one: (order.index(one.posts[0]), one.code)))
