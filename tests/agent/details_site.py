"""A site with signals and logs, which are told at the level ``deep``: ``python details_site.py SITUATION``.

Run only in child processes. Each function sets up one situation and returns what a user of the site can notice, printed
as JSON.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import warnings
from typing import ClassVar

from trap_site import call, converse, wsgi
from uses_site import Untouchable, answer, prepare, site, trace_of


class Gateway:
    """Who sends."""


def listening():
    from django.dispatch import Signal

    globals()["order_placed"] = order_placed = Signal()
    nobody_listens = Signal()

    def note_order(sender, **named):
        warnings.warn("a receiver's sender", stacklevel=2)
        return "noted"

    async def note_later(sender, **named):
        return "noted later"

    class Shelf:
        def note(self, sender, **named):
            raise LookupError("no such shelf")

    return order_placed, nobody_listens, note_order, note_later, Shelf()


def signals_sent(request):
    from django.db.models.signals import post_init

    placed, nobody, _note_order, _note_later, shelf = LISTENING
    seen = [nobody.send(sender=Gateway), placed.has_listeners(Gateway), trace_of_send(placed.send, Gateway)]
    seen += [trace_of_send(placed.send_robust, sender=shelf), post_init.has_listeners(Gateway)]
    placed.disconnect(shelf.note)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        seen.append([result for _receiver, result in placed.send(Gateway, order=Untouchable())])
    seen += [[str(warning.message), warning.filename == __file__, warning.lineno] for warning in warned]
    placed.connect(shelf.note)
    return answer(*seen)


def trace_of_send(send, *args, **named):
    try:
        return [
            [type(result).__name__, trace_of(result) if isinstance(result, Exception) else ""]
            for _receiver, result in send(*args, **named)
        ]
    except LookupError as error:
        return trace_of(error)


async def signals_sent_async(request):
    placed, _nobody, _note_order, _note_later, shelf = LISTENING
    placed.disconnect(shelf.note)
    return answer(*[result for _receiver, result in await placed.asend(Gateway)])


def signals():
    LISTENING[:] = listening()
    placed, _nobody, note_order, note_later, shelf = LISTENING
    site(signals_sent, signals_sent_async)
    prepare()
    from django.core.handlers.asgi import ASGIHandler

    for receiver in (note_order, note_later, shelf.note):
        placed.connect(receiver)
    body = call(wsgi(), "/signals_sent/")["body"]
    return [body, asyncio.run(converse(ASGIHandler(), "/signals_sent_async/"))[1]["body"].decode()]


LISTENING = []


def logging_view(request):
    logger = logging.getLogger("shop.orders")
    logger.info("order %d of %s placed", 5, "Ada")
    logger.warning("password=%s for %s", "hunter2", "ada")
    logger.error("login %(user)s with %(password)s", {"user": "ada", "password": "hunter2"})
    logger.info("a lazy %s", Untouchable())
    logger.info(Untouchable())
    logger.info("too few %s %s", "one")
    logger.debug("below the level")
    logging.getLogger("reqtrace").warning("of the tracer")
    try:
        raise LookupError("no such order")
    except LookupError:
        logger.exception("failed")
    return answer("logged")


class Lines(logging.Handler):
    """Keeps records as they are, or formats those that can be."""

    lines: ClassVar[list] = []

    def emit(self, record):
        text = record.getMessage() if type(record.msg) is str and record.msg != "too few %s %s" else ""
        self.lines.append([record.name, record.levelname, text, record.funcName, record.lineno, len(record.args or ())])


def logs():
    site(logging_view)
    prepare()
    logging.getLogger().addHandler(Lines())
    logging.getLogger("shop").setLevel(logging.INFO)
    body = call(wsgi(), "/logging_view/")["body"]
    return [body, [line for line in Lines.lines if line[0] != "reqtrace"], call(wsgi(), "/nowhere/")["status"]]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]](), default=str))
