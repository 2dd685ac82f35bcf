"""The request line as runserver read it, and the lines it logs about it, without the secrets in its query."""

from __future__ import annotations

from reqtrace.agent.values import redact_query, shorten

MAX_LINE = 8_192
TLS_HANDSHAKE = "\x16\x03"
"""How a TLS hello begins that was read as a request line."""
SPOKE_TLS = "You're accessing the development server over HTTPS, but it only supports HTTP."
"""What ``django.core.servers.basehttp.WSGIRequestHandler.log_message`` logs in place of a line that is binary."""


def line_text(raw: bytes) -> str:
    """The request line that was read; it need not be one."""
    return redact_line(shorten(raw.decode("latin-1").rstrip("\r\n"), MAX_LINE))


def redact_line(text: str) -> str:
    """A request line, or a text that quotes one. What is malformed may have any number of words."""
    head, mark, tail = text.partition("?")
    return f"{head}{mark}{' '.join(map(redact_word, tail.split(' ')))}" if mark else text


def redact_word(word: str) -> str:
    """A query, and the quotation mark or bracket that closes the text in which it was quoted."""
    query = word.rstrip("\"')")
    return redact_query(query) + word[len(query) :]


def logged_text(format: str, args: tuple[object, ...]) -> str:
    """The line that ``log_message`` writes; empty if an object of the application would be asked for its text."""
    if not all(type(item) is str or issubclass(type(item), int) for item in args):
        return ""
    if len(args) == 3 and type(args[0]) is str and args[0].startswith(TLS_HANDSHAKE):
        return SPOKE_TLS
    return redact_line(shorten(format % args, MAX_LINE))
