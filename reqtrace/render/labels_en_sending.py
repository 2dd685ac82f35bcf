"""English: sending requests from the screen."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SENDING"]

SENDING: Mapping[str, str] = {
    "sending.title": "Send a request to {address}",
    "sending.keys": "Tab next field, Enter sends, Esc closes",
    "sending.method": "Method",
    "sending.path": "Path",
    "sending.user": "As user",
    "sending.user.none": "nobody",
    "sending.token": "with a CSRF token",
    "sending.headers": "Headers, one a line:",
    "sending.body": "Body:",
    "sending.send": "Send {method}",
    "sending.confirm": "Yes, send {method}",
    "sending.cancel": "Cancel",
    "sending.unsafe": "{method} may change what the site keeps, just as from a browser. Send it?",
    "sending.no_header": "This line is no header, which is Name: value   {line}",
    # what is not known of the request that is sent again
    "sending.gap.body": "Its body of {size} bytes is not known, as none ever is: write it, or it is empty.",
    "sending.gap.body.chunks": "Its body is not known, as none ever is: write it, or it is empty.",
    "sending.gap.cookies": "Its cookies are secret and not sent: {names}.",
    "sending.gap.headers": "Secret or cut off, and not sent: {names}.",
    "sending.gap.address": "A part of its address is secret (********) or cut off (… +): complete it.",
    "sending.no_project": "A user or a token can be sent only to a site that `reqtrace serve` started.",
    # what came of it
    "sending.recording": "A recording has no site to send a request to.",
    "sending.down": "The site does not listen now, so nothing can be sent to it.",
    "sending.preparing": "The project is started once more for a session and the names of its cookies.",
    "sending.left_out": "{method} {path} is sent without what is secret: {names}.",
    "sending.answered": "{method} {path} was answered {status} {reason} after {duration}.",
    "sending.follow": "G shows it.",
    "waiting.send": "Or press r to send a request for / from here.",
}
