"""The desk in tests: somebody's browser, signed in as invented staff, and what a page may never hold."""

import re
from typing import Any

from django.http import HttpResponse
from django.test import Client

from jubao.desk.frame.seat import cookie_name, trial_token

WHOLE_NUMBER = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


def browse(staff: str | None, **headers: Any) -> Client:
    """A browser in which somebody sits, or nobody; htmx and other headers by name."""
    client = Client(headers=headers)
    if staff is not None:
        client.cookies[cookie_name()] = trial_token(staff)
    return client


def text_of(response: HttpResponse) -> str:
    """A page as text; no whole resident number stands in it, whoever looks."""
    text = response.content.decode()
    assert not WHOLE_NUMBER.search(text), "a whole number stands in the page"
    return text


def seen(client: Client, address: str, status: int = 200) -> str:
    """The page at an address, which answers as expected."""
    answer = client.get(address)
    assert answer.status_code == status, address
    return text_of(answer)
