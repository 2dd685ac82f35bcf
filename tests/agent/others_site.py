"""A site that asks other servers and sends mail; run only in child processes: ``python others_site.py SITUATION``.

Each function sets up one situation and returns what a user of the site can notice, printed as JSON.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import threading
import traceback
import warnings
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from trap_site import call, converse, wsgi
from uses_site import answer, failure, no_wrapper_is_left, prepare, site

# --- other servers -----------------------------------------------------------------------------------------------


class Gateway(BaseHTTPRequestHandler):
    """Another server: redirects, refuses, streams, hangs up."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.partition("?")[0]
        if path == "/hangs-up":
            self.close_connection = True
            return
        self.send_response({"/moved": 302, "/missing": 404}.get(path, 200))
        if path == "/moved":
            self.send_header("Location", "/there")
        if path == "/parts":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n")
            return
        body = path.encode() if self.command != "HEAD" else b""
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_HEAD = do_GET

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args):
        pass


class GatewayServer(ThreadingHTTPServer):
    """Says nothing of a client that leaves a connection it was keeping, as aiohttp's does: stderr is compared."""

    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def gateway():
    """Its port, and one where nobody listens."""
    server = GatewayServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, args=(0.01,)).start()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        try:
            PORTS[:] = [server.server_port, nobody.getsockname()[1]]
            yield
        finally:
            server.shutdown()
            server.server_close()


PORTS = []


def plain_http(request):
    """``http.client`` by itself and through ``urllib``."""
    from http.client import HTTPConnection
    from urllib.request import urlopen

    port, nobody = PORTS
    connection = HTTPConnection("127.0.0.1", port)
    seen = []
    for method, path in (("GET", "/a?page=2&token=s3cr3t"), ("HEAD", "/b"), ("GET", "/parts"), ("GET", "/missing")):
        connection.request(method, path)
        seen.append([(response := connection.getresponse()).status, response.read()])
    connection.request("POST", "/pay", body=b"amount=5", headers={"X-Idempotency": "7"})
    seen.append(connection.getresponse().read())
    connection.putrequest("GET", "/by-hand")
    connection.endheaders()
    seen.append(connection.getresponse().read())
    connection.close()
    with urlopen(f"http://127.0.0.1:{port}/moved") as response:
        seen.append([response.status, response.read()])
    seen.append(failure(lambda: urlopen(f"http://127.0.0.1:{port}/missing")))
    seen.append(failure(lambda: urlopen(f"http://127.0.0.1:{nobody}/refused")))
    seen.append(failure(lambda: HTTPConnection("127.0.0.1", nobody).request("GET", "/refused")))
    connection.request("GET", "/hangs-up")
    seen.append(failure(connection.getresponse))
    seen.append(failure(lambda: connection.putrequest("GET", "/with space")))
    return answer(*seen)


def pooled_http(request):
    """``urllib3``, which uses ``http.client``."""
    import urllib3

    port, nobody = PORTS
    pool = urllib3.PoolManager()
    seen = [pool.request("GET", f"http://ada:pw@127.0.0.1:{port}/a?key=abc").data]
    seen.append(pool.request("GET", f"http://127.0.0.1:{port}/moved").status)
    streamed = pool.request("GET", f"http://127.0.0.1:{port}/parts", preload_content=False)
    seen += [streamed.status, streamed.read()]
    seen.append(failure(lambda: pool.request("GET", f"http://127.0.0.1:{nobody}/refused", retries=False)))
    seen.append(failure(lambda: pool.request("GET", f"https://127.0.0.1:{port}/no-tls", retries=False)))
    pool.clear()
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/plain-again")
    seen.append(connection.getresponse().read())
    connection.close()
    return answer(*seen)


def httpx_client(request):
    import httpx

    port, nobody = PORTS
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        seen = [client.get(f"http://ada:pw@127.0.0.1:{port}/moved?secret=1").text]
        seen.append(client.post(f"http://127.0.0.1:{port}/pay", data={"amount": 5}).status_code)
        with client.stream("GET", f"http://127.0.0.1:{port}/parts") as streamed:
            seen += [streamed.status_code, streamed.is_closed, b"".join(streamed.iter_bytes())]
        seen.append(failure(lambda: client.get(f"http://127.0.0.1:{nobody}/refused")))
    return answer(*seen)


async def httpx_async(request):
    import httpx

    port, _nobody = PORTS
    async with httpx.AsyncClient(trust_env=False) as client:
        paths = ("a", "b", "missing")
        answers = await asyncio.gather(*(client.get(f"http://127.0.0.1:{port}/{path}") for path in paths))
    return answer(*[(each.status_code, each.text) for each in answers])


async def aiohttp_client(request):
    import aiohttp

    port, nobody = PORTS
    seen = []
    async with aiohttp.ClientSession() as client:
        for path in ("moved?secret=1", "parts", "missing"):
            async with client.get(f"http://ada:pw@127.0.0.1:{port}/{path}") as response:
                seen.append([response.status, len(response.history), await response.text()])
        async with client.post(f"http://127.0.0.1:{port}/pay", data={"amount": 5}, allow_redirects=False) as response:
            seen.append([response.status, response.method])
        for address in (f"http://127.0.0.1:{nobody}/refused", f"http://127.0.0.1:{port}/hangs-up", "nonsense"):
            try:
                await client.get(address)
            except Exception as error:
                seen.append([type(error).__name__, frames_of(error)])
        try:
            await client.get(f"http://127.0.0.1:{port}/missing", raise_for_status=True)
        except aiohttp.ClientResponseError as error:
            seen.append(error.status)
        together = (client.get(f"http://127.0.0.1:{port}/{path}") for path in ("a", "b"))
        seen.append([each.status for each in await asyncio.gather(*together)])
    return answer(*seen)


def frames_of(error):
    return [frame.name for frame in traceback.extract_tb(error.__traceback__)]


def outgoing(*views):
    site(*views)
    prepare()
    handler = wsgi()
    with gateway():
        if asyncio.iscoroutinefunction(views[0]):
            from django.core.handlers.asgi import ASGIHandler

            body = asyncio.run(converse(ASGIHandler(), f"/{views[0].__name__}/"))[1]["body"].decode()
        else:
            body = call(handler, f"/{views[0].__name__}/")["body"]
        return [body.replace(str(port), name) for port, name in zip(PORTS, ("PORT", "NOBODY"), strict=True)]


def outgoing_plain():
    return outgoing(plain_http)


def outgoing_pooled():
    return outgoing(pooled_http)


def outgoing_httpx():
    return outgoing(httpx_client)


def outgoing_httpx_async():
    return outgoing(httpx_async)


def outgoing_aiohttp():
    return outgoing(aiohttp_client)


def outgoing_outside():
    """Nobody's request."""
    prepare()
    from urllib.request import urlopen

    with gateway(), urlopen(f"http://127.0.0.1:{PORTS[0]}/a") as response:
        return response.status


def outgoing_uninstalled():
    import http.client

    import httpx
    import urllib3.connectionpool

    outgoing(plain_http)
    owners = (http.client.HTTPConnection, urllib3.connectionpool.HTTPConnectionPool)
    return no_wrapper_is_left(*owners, httpx.HTTPTransport, httpx.AsyncHTTPTransport)


# --- mail --------------------------------------------------------------------------------------------------------


class Relay:
    """A backend of the project's own that hands its messages to another, and refuses some."""

    def __init__(self, *args, **kwargs):
        from django.core.mail.backends.locmem import EmailBackend

        self.inner = EmailBackend()

    def send_messages(self, email_messages):
        messages = list(email_messages)
        if any(message.body == "refuse" for message in messages):
            raise ConnectionError("not today")
        return self.inner.send_messages(messages)


def mails(request):
    from django.core import mail
    from django.utils.translation import gettext_lazy

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        seen = [mail.send_mail("Your order", "text", "shop@example.com", ["ada@example.com"], html_message="<p>")]
        seen.append(
            mail.EmailMessage(gettext_lazy("Yes"), "text", None, ["a@example.com"], bcc=["b@example.com"]).send()
        )
        seen.append(mail.EmailMessage("to nobody", "text").send())
        each = ("text", None, ["a@example.com"])
        seen.append(mail.send_mass_mail([("One", *each), ("Two", *each)]))
        seen.append(mail.mail_admins("token: abc", "text", fail_silently=True))
        seen.append(failure(lambda: mail.EmailMessage("Refused", "refuse", None, ("a@example.com",)).send()))
        seen.append(mail.EmailMessage("quiet", "text", None, ["a@example.com"]).send(fail_silently=True))
        seen.append(
            mail.get_connection().send_messages(iter([mail.EmailMessage("it", "text", None, ["a@example.com"])]))
        )
    seen.append([[message.subject == "Your order", message.to] for message in mail.outbox])
    seen += [[str(warning.message), warning.filename, warning.lineno] for warning in warned]
    return answer(*seen)


def mail(**settings):
    site(mails)
    sys.modules["others_site"] = sys.modules["__main__"]
    prepare(ADMINS=[("Ada", "admin@example.com")], **settings)
    from django.core import mail

    mail.outbox = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return call(wsgi(), "/mails/")["body"]


def mail_backend():
    return mail(EMAIL_BACKEND="others_site.Relay")


def mailers():
    """Django 6.1 has several; older ones ignore the setting."""
    return mail(MAILERS={"default": {"BACKEND": "others_site.Relay"}})


if __name__ == "__main__":
    sys.stdout.write(json.dumps(globals()[sys.argv[1]](), default=str))
