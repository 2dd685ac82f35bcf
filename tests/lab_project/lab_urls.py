"""Views that do everything an experiment must undo, refuse or tell."""

import contextlib
import secrets
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import translation

committed = []


def hello(request):
    return HttpResponse("hello")


def language(request):
    found = translation.get_language()
    translation.activate("de")
    return HttpResponse(found)


def write(request):
    Group.objects.create(name="first")
    Group.objects.using("other").create(name="second")
    with transaction.atomic(durable=True):
        User.objects.create(username="bob")
        transaction.on_commit(lambda: committed.append(1))
    request.session["seen"] = True
    cache.set("seen", 1)
    return HttpResponse(f"{Group.objects.count()} {Group.objects.using('other').count()} {len(committed)}")


def write_in_thread(request):
    thread = threading.Thread(target=lambda: Group.objects.create(name="threaded"))
    thread.start()
    thread.join()
    return HttpResponse(str(Group.objects.count()))


def remember(request):
    before = cache.get("visits", 0)
    cache.set("visits", before + 1)
    return HttpResponse(str(before))


def mail(request):
    send_mail("Your order", "Thanks", "shop@example.com", ["ada@example.com", "bob@example.com"])
    return HttpResponse("sent")


def fetch(request):
    try:
        urllib.request.urlopen("http://example.com/api", timeout=2)
    except OSError as error:
        return HttpResponse(str(error), status=502)
    return HttpResponse("fetched")


def datagram(request):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", 9))
    return HttpResponse("sent")


def commit(request):
    Group.objects.create(name="kept?")
    with connection.cursor() as cursor:
        cursor.execute("COMMIT")
    return HttpResponse("committed")


def past_django(request):
    with sqlite3.connect(settings.BASE_DIR / "own.sqlite3") as own:
        own.execute("CREATE TABLE IF NOT EXISTS t (x)")
    return HttpResponse("ok")


def upload(request):
    (settings.BASE_DIR / "upload.txt").write_text("mine")
    return HttpResponse("ok")


def program(request):
    subprocess.run([sys.executable, "-c", ""], check=True)
    return HttpResponse("ok")


def linger(request):
    threading.Timer(0.5, lambda: Group.objects.create(name="late")).start()
    return HttpResponse("ok")


def who(request):
    return HttpResponse(str(request.user))


def post(request):
    return HttpResponse(request.POST.get("name", ""))


def fail(request):
    raise KeyError("nothing")


def leave(request):
    sys.exit(3)


def visit(request):
    request.session["seen"] = True
    return HttpResponse("hello again")


def recover(request):
    Group.objects.create(name="twice")
    for _ in range(2):
        with contextlib.suppress(IntegrityError):
            Group.objects.create(name="twice")
    try:
        with transaction.atomic(savepoint=False):
            Group.objects.create(name="given up")
            raise ValueError
    except ValueError:
        pass
    with transaction.atomic():
        Group.objects.create(name="kept")
        try:
            with transaction.atomic():
                Group.objects.create(name="kept")
        except IntegrityError:
            pass
    try:
        with transaction.atomic():
            Group.objects.create(name="lost")
            with contextlib.suppress(IntegrityError):
                Group.objects.create(name="lost")
            Group.objects.count()
    except transaction.TransactionManagementError:
        pass
    return HttpResponse(", ".join(group.name for group in Group.objects.order_by("name")))


def token(request):
    return HttpResponse(secrets.token_hex(), headers={"X-Request-Number": secrets.token_hex(), "X-Fixed": "1"})


async def slow(request):
    return HttpResponse(f"async, {await Group.objects.acount()}")


async def awrite(request):
    await Group.objects.acreate(name="async")
    return HttpResponse(str(await Group.objects.acount()))


views = (
    hello, language, write, write_in_thread, remember, mail, fetch, datagram, commit, past_django, upload, program,
    linger, who, post, fail, leave, recover, token, visit, slow, awrite,
)  # fmt: skip
urlpatterns = [path(f"{view.__name__}/", view) for view in views]
