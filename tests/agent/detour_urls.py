"""Views that leave the straight path: transactions, look-ups, context processors; run only in child processes."""

from __future__ import annotations

from django.db import DatabaseError, connection, transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.template import RequestContext, engines
from django.urls import Resolver404, path, resolve, reverse_lazy


def plain(request):
    return HttpResponse("plain")


# --- look-ups ----------------------------------------------------------------------------------------------------


def asks(request):
    """A look-up that finds, one that does not, a lazy path, another URLconf."""
    found = [resolve("/plain/").view_name]
    try:
        resolve("/nowhere/")
    except Resolver404 as error:
        found.append(type(error).__name__)
    found.append(resolve(reverse_lazy("plain")).url_name)
    found.append(resolve("/inner/", "awkward_urls").route)
    return HttpResponse(" ".join(found))


def asks_badly(request):
    return HttpResponse(resolve("/nowhere/"))


# --- transactions ------------------------------------------------------------------------------------------------


def query():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def atomic(request):
    """A transaction with a savepoint that is kept and one that is rolled back, and hooks on commit."""
    done = []
    with transaction.atomic():
        transaction.on_commit(lambda: done.append("outer"))
        with transaction.atomic():
            transaction.on_commit(lambda: done.append("kept"))
            query()
        try:
            with transaction.atomic():
                transaction.on_commit(lambda: done.append("undone"))
                raise LookupError
        except LookupError:
            done.append("raised")
    return HttpResponse(" ".join(done))


def rolled_back(request):
    try:
        with transaction.atomic():
            query()
            raise LookupError
    except LookupError:
        return HttpResponse("rolled back")


def by_hand(request):
    """Autocommit off, on; what ends no transaction; what is forbidden."""
    transaction.set_autocommit(False)
    transaction.set_autocommit(False)
    query()
    transaction.commit()
    transaction.rollback()
    transaction.set_autocommit(True)
    try:
        with transaction.atomic():
            transaction.commit()
    except transaction.TransactionManagementError as error:
        return HttpResponse(str(error))


def broken_commit(request):
    """A deferred constraint that fails when the transaction is committed."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("CREATE TABLE IF NOT EXISTS a (id INTEGER PRIMARY KEY)")
        cursor.execute("CREATE TABLE IF NOT EXISTS b (a INTEGER REFERENCES a (id) DEFERRABLE INITIALLY DEFERRED)")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO b VALUES (5)")
    except DatabaseError as error:
        return HttpResponse(f"{error} {connection.in_atomic_block}")


def fails(request):
    query()
    raise RuntimeError("in a transaction")


@transaction.non_atomic_requests
def exempt(request):
    query()
    return HttpResponse("exempt")


# --- context processors ------------------------------------------------------------------------------------------


class Touchy:
    """Must not be asked for anything."""

    def __repr__(self):
        raise AssertionError("asked for its text")

    __str__ = __bool__ = __eq__ = __len__ = __hash__ = __repr__


def shop(request):
    query()
    return {"shop": "a secret", "touchy": Touchy()}


def fragile(request):
    if request.path == "/page-fails/":
        raise LookupError("no shop today")
    return {} if request.path != "/page-none/" else None


def own(request):
    return {"own": 1}


def page(request):
    return render(request, "page.html", {"who": "view"})


def own_processor(request):
    template = engines["django"].from_string("{{ own }} {{ shop }}").template
    context = RequestContext(request, {"mine": 1}, processors=[own])
    text = template.render(context)
    return HttpResponse(f"{text} {context.template} {context.dicts[context._processors_index]}")


def bound_twice(request):
    template = engines["django"].from_string("").template
    context = RequestContext(request)
    with context.bind_template(template):
        try:
            with context.bind_template(template):
                pass
        except RuntimeError as error:
            return HttpResponse(str(error))


urlpatterns = [
    path("plain/", plain, name="plain"),
    path("asks/", asks),
    path("asks-badly/", asks_badly),
    path("atomic/", atomic),
    path("rolled-back/", rolled_back),
    path("by-hand/", by_hand),
    path("broken-commit/", broken_commit),
    path("fails/", fails),
    path("exempt/", exempt),
    path("page/", page),
    path("page-fails/", page),
    path("page-none/", page),
    path("own-processor/", own_processor),
    path("bound-twice/", bound_twice),
]
