"""Hides the parts of a path that are secrets: what a route captures under a secret's name, and Django's own tokens.

That a part of ``/invite/…/accept/`` is a secret is known once the route ``invite/<key>/accept/`` has matched. No
request is held back for that: what it said before in the same portion is redacted, too, and every later request is from
its beginning. What is left is the first request to such a route in a process, if the sender looks just between its
beginning and its match. Tokens of password resets are known by their looks, so they are always hidden.

Nearly no text has anything to hide, so all are first asked what costs little (``may_be_in``). That looks for what is
the same in a text, behind another one and in its JSON, so it may be asked of all of these.
"""

from __future__ import annotations

import re
from typing import Any

from reqtrace.agent.values import REDACTED, is_redacted_name

MAX_ROUTES = 500
MAX_ROUTE = 1_000

RESET_TOKEN = re.compile(r"(?<=[/:])[0-9a-z]{1,13}-[0-9a-f]{20,64}(?![0-9A-Za-z])")
"""``django.contrib.auth.tokens``: a time and a hash."""
END_OF_TOKEN = re.compile(r"-[0-9a-f]{20}")
"""Every such token has this in it."""
CONVERTER = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")
GROUP = re.compile(r"\(\?P<(?P<name>\w+)>(?P<inside>(?:\\.|\[(?:\\.|[^\]])*\]|[^()\[\]\\])*)\)")
"""A named group of a regular expression, if no other one is inside it."""
PART = r"[^/?#\s\"]+"
PLAIN = re.compile(r"[\w./~+,;:=@ -]*", re.ASCII)
"""What JSON leaves as it is."""


class SecretPaths:
    """The routes met whose captured arguments are secret."""

    def __init__(self) -> None:
        self._met: set[str] = set()
        self._secret: list[re.Pattern[str]] = []
        self._beginnings: tuple[str, ...] = ()
        """Of what the secret routes match, with the slash in front of it."""

    def learn(self, route: str) -> None:
        """Remember a route that has matched (``ResolverMatch.route``)."""
        if route in self._met or len(self._met) >= MAX_ROUTES or len(route) > MAX_ROUTE:
            return
        self._met.add(route)
        names = [found["name"] for form in (CONVERTER, GROUP) for found in form.finditer(route)]
        if any(map(is_redacted_name, names)):
            pieces = pieces_of(route)
            self._secret.append(re.compile("(?<=/)" + "".join(pieces)))
            self._beginnings = tuple({*self._beginnings, beginning_of(pieces[0])})

    def hide(self, text: str) -> str:
        """The text, each secret part of a path in it replaced."""
        if "-" in text:
            text = RESET_TOKEN.sub(REDACTED, text)
        for expression in self._secret:
            text = expression.sub(hide_groups, text)
        return text

    def may_be_in(self, text: str) -> bool:
        """There may be something to hide in the text, which may be several in a row, or in what this JSON stands for.

        If not, there is nothing.
        """
        if "-" in text and END_OF_TOKEN.search(text) is not None:
            return True
        for beginning in self._beginnings:  # noqa: SIM110 - any() takes four times as long
            if beginning in text:
                return True
        return False

    def hide_in(self, fields: Any) -> Any:
        """The same for every text in a row's fields; the row itself if there is nothing to hide."""
        return self._hide_in(fields) if self._may_be_among(fields) else fields

    def _may_be_among(self, fields: Any) -> bool:
        for field in fields:
            kind = type(field)
            if kind is str:
                if "/" in field and self.may_be_in(field):
                    return True
            elif (kind is list or kind is tuple) and self._may_be_among(field):
                return True
        return False

    def _hide_in(self, fields: Any) -> Any:
        kind = type(fields)
        if kind is str:
            return self.hide(fields) if "/" in fields else fields
        if kind is list or kind is tuple:
            return kind(map(self._hide_in, fields))
        return fields


def pieces_of(route: str) -> list[str]:
    """A regular expression for what the route matches, cut where its arguments are; its groups are the secret parts."""
    pieces = []
    end = 0
    form = GROUP if "(?P<" in route else CONVERTER
    for found in form.finditer(route):
        pieces.append(literal(route[end : found.start()], form))
        pieces.append(f"({PART})" if is_redacted_name(found["name"]) else PART)
        end = found.end()
    return [*pieces, literal(route[end:], form)]


def beginning_of(piece: str) -> str:
    """What every text has in it that such an expression finds, if ``piece`` is the first of it."""
    plain = PLAIN.match(re.sub(r"\\(.)", r"\1", piece))
    return "/" + (plain[0] if plain is not None else "")


def literal(piece: str, form: re.Pattern[str]) -> str:
    """What stands between two arguments; of a regular expression only what is plain text."""
    if form is CONVERTER:
        return re.escape(piece)
    return "".join(re.escape(part) if part.isalnum() or part in "/_-" else "" for part in re.findall(r"\w+|.", piece))


def hide_groups(found: re.Match[str]) -> str:
    text, begin = found[0], found.start()
    for number in range(len(found.groups()), 0, -1):
        start, end = found.span(number)
        text = text[: start - begin] + REDACTED + text[end - begin :]
    return text
