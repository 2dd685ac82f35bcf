"""runserver's own server in a child process, and clients that send it what it does not take, or go away.

``python server_site.py refusals|departures`` prints what the clients got and what the server logged.
"""

from __future__ import annotations

import json
import logging
import re
import socket
import socketserver
import struct
import sys
import threading

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="for tests only",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer  # noqa: E402
from django.core.signals import request_finished  # noqa: E402
from django.http import HttpResponse, StreamingHttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

LARGE = 30_000_000
FINISHED = threading.Event()


def parts():
    yield b"one"
    raise ValueError("the shelf is empty")


urlpatterns = [
    path("", lambda request: HttpResponse("home")),
    path("large/", lambda request: HttpResponse(b"x" * LARGE)),
    path("endless/", lambda request: StreamingHttpResponse(b"y" * 100_000 for _ in range(LARGE))),
    path("breaks/", lambda request: StreamingHttpResponse(parts())),
]


def in_front(environ, start_response):
    """Answers some paths itself, as an application does that is put around Django's."""
    if environ["PATH_INFO"] != "/in-front/":
        return WSGIHandler()(environ, start_response)
    start_response("202 Accepted", [("Content-Length", "5"), ("X-Api-Key", "s3cr3t-key")])
    return [b"front"]


class Server(socketserver.ThreadingMixIn, WSGIServer):
    """As ``django.core.servers.basehttp.run`` makes it."""

    daemon_threads = False


REFUSED = {
    "too long": b"GET /?token=s3cr3t&q=" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "syntax": b"GET /?q=1 token=s3cr3t page HTTP/1.1\r\nHost: x\r\n\r\n",
    "version": b"GET /?token=s3cr3t HTP/1.1\r\nHost: x\r\n\r\n",
    "future": b"GET /page/ HTTP/2.0\r\nHost: x\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(150)) + b"\r\n",
    "long header": b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n",
    "HTTP/0.9": b"POST /?token=s3cr3t\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 q?token=s3cr3t \xff\x80\n",
    "an empty line": b"\r\n",
    "nothing": b"",
    "in front": b"GET /in-front/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "no version": b"GET /?token=s3cr3t\r\n\r\n",
    "kept alive": b"GET / HTTP/1.1\r\nHost: x\r\n\r\nGET /again HTTP/3.1\r\n\r\n",
}


def refusals(port):
    """What each of the lines was answered."""
    return {name: answer_to(port, sent) for name, sent in REFUSED.items()}


def answer_to(port, sent):
    got = b""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        while part := client.recv(65_536):
            got += part
    return re.sub(r"Date: .*", "Date: now", got.decode("latin-1"))


def departures(port):
    """A client that breaks its connection off, before it has the body; then a body that breaks off itself."""
    for target in ("/large/", "/endless/"):
        FINISHED.clear()
        with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
            client.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            client.recv(100)
            # Not closed but reset.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert FINISHED.wait(20)
    sys.stderr = open("/dev/null", "w")  # noqa: SIM115
    return answer_to(port, b"GET /breaks/ HTTP/1.1\r\nHost: x\r\n\r\n")


class Lines(logging.Handler):
    """What the server logs."""

    lines: list = []

    def emit(self, record):
        self.lines.append([record.levelname, record.getMessage()])


def main():
    logger = logging.getLogger("django.server")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(Lines())
    request_finished.connect(lambda **_: FINISHED.set(), weak=False)
    server = Server(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(in_front)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        got = globals()[sys.argv[1]](server.server_port)
    finally:
        server.shutdown()
        thread.join()
        # Waits for the threads of all connections, too.
        server.server_close()
    sys.stdout.write(json.dumps([got, Lines.lines]))


if __name__ == "__main__":
    main()
