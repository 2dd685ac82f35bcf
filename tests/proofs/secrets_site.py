"""A site that handles secrets the way projects do; run only in child processes.

``python secrets_site.py --database-password=… runserver …`` serves it. ``SITE_SECRETS`` is a JSON object: a name that
says where a secret is, and the marker that stands for it.
"""

from __future__ import annotations

import http.client
import json
import logging
import os
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import django
from django.conf import settings

SECRET = json.loads(os.environ["SITE_SECRETS"])

settings.configure(
    DEBUG="SITE_DEBUG" in os.environ,
    SECRET_KEY=SECRET["setting_secret_key"],
    PAYMENT_API_KEY=SECRET["setting_api_key"],
    EMAIL_HOST_PASSWORD=SECRET["setting_mail_password"],
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    WSGI_APPLICATION=None,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:secrets?mode=memory&cache=shared",
            "OPTIONS": {"uri": True},
            "PASSWORD": SECRET["setting_database_password"],
        }
    },
    CACHES={
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": f"redis://user:{SECRET['setting_cache_password']}@cache/1",
        }
    },
    SESSION_ENGINE="django.contrib.sessions.backends.cached_db",
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        f"{__name__}.keeper",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [
                    (
                        "django.template.loaders.locmem.Loader",
                        {
                            "page.html": "{% csrf_token %}{{ secret|upper }}{% for one in many %}{{ one }}{% endfor %}",
                            "registration/login.html": "<form method=post>{% csrf_token %}{{ form }}</form>",
                            "registration/password_reset_subject.txt": "Reset",
                            "registration/password_reset_form.html": "{{ form }}",
                            "registration/password_reset_confirm.html": "{{ form }}{{ validlink }}",
                            "registration/password_reset_done.html": "done",
                            "registration/password_reset_email.html": "{% url 'confirm' uidb64=uid token=token %}",
                        },
                    )
                ],
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
            },
        }
    ],
    STATIC_URL="/static/",
    USE_TZ=True,
)
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.contrib.auth import views as auth_views  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.mail import send_mail  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse, HttpResponseRedirect  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.decorators.csrf import csrf_exempt  # noqa: E402

logger = logging.getLogger("shop")
kept = []


def keeper(get_response):
    """Puts secrets where middleware do: on the request, in headers."""

    def middleware(request):
        request.api_key = SECRET["attribute"]
        request.META["HTTP_X_INTERNAL_TOKEN"] = SECRET["meta"]
        response = get_response(request)
        response["X-Api-Key"] = SECRET["response_header"]
        response["Link"] = f"</next/?token={SECRET['link_header']}>; rel=next"
        response["Refresh"] = f"60; url=/next/?session={SECRET['refresh_header']}"
        response.set_cookie("remember", SECRET["set_cookie"])
        return response

    return middleware


@csrf_exempt
def form(request):
    """Reads everything a client sends."""
    kept.append((request.POST.get("password"), request.body, dict(request.COOKIES), dict(request.headers)))
    return render(request, "page.html", {"secret": SECRET["template_variable"], "many": [SECRET["template_variable"]]})


def sql(request):
    """Columns with the names of secrets, in every style of statement."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS account (id INTEGER, api_token TEXT, password TEXT, name TEXT)")
        values = [1, SECRET["sql_insert_token"], SECRET["sql_insert_password"], "a name"]
        cursor.execute("INSERT INTO account (id, api_token, password, name) VALUES (%s, %s, %s, %s)", values)
        cursor.execute("UPDATE account SET password = %s WHERE id = %s", [SECRET["sql_update"], 1])
        cursor.execute("SELECT name FROM account WHERE api_token = %(it)s", {"it": SECRET["sql_named"]})
        cursor.execute("SELECT name FROM account WHERE password IN (%s, %s)", [SECRET["sql_in"], "x"])
        cursor.executemany("INSERT INTO account (api_token) VALUES (%s)", [[SECRET["sql_many"]]])
        # Nobody should, many do.
        cursor.execute(f"SELECT name FROM account WHERE password = '{SECRET['sql_literal']}' AND id = %s", [1])
        cursor.execute(f"INSERT INTO account (id, api_token) VALUES (2, '{SECRET['sql_literal_insert']}')")
    return HttpResponse("sql")


def sql_error(request):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT nothing FROM account WHERE password = '{SECRET['sql_error']}'")


def fails(request):
    secret_of_view = SECRET["local_variable"]
    raise ValueError(f"login failed: password={SECRET['exception_message']} for {len(secret_of_view)}")


def fails_elsewhere(request):
    """Exceptions with arguments of many sorts."""
    try:
        raise KeyError({"token": SECRET["exception_argument"]})
    except KeyError as error:
        raise LookupError(f"https://user:{SECRET['exception_address']}@example.org/?api_key=x") from error


def caches(request):
    cache.set(f"session:{SECRET['cache_key']}", 1)
    cache.get(f"password-reset:{SECRET['cache_key_too']}")
    cache.set_many({f"token:{SECRET['cache_keys']}": SECRET["cache_value"]})
    return HttpResponse("caches")


def mail(request):
    recipient = f"{SECRET['mail_recipient']}@example.org"
    send_mail("Your account", f"Your password is {SECRET['mail_body']}", "shop@example.org", [recipient])
    return HttpResponse("mail")


class Quiet(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Set-Cookie", f"other={SECRET['outgoing_answer']}")
        self.end_headers()

    def log_message(self, *arguments):
        pass


def outgoing(request):
    """Asks another server, as secretly as one can."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    headers = {"Authorization": f"Bearer {SECRET['outgoing_authorization']}"}
    asked = urllib.request.Request(f"http://{host}/?api_key={SECRET['outgoing_query']}&page=2", headers=headers)
    with urllib.request.urlopen(asked) as answer:
        answer.read()
    direct = http.client.HTTPConnection(host)
    direct.request("GET", f"/v1?page=2&access_token={SECRET['outgoing_direct']}")
    direct.getresponse().read()
    direct.close()
    server.shutdown()
    server.server_close()
    return HttpResponse("outgoing")


def logs(request):
    logger.warning("signing in with password=%s", SECRET["log_argument"])
    logger.warning("headers: {'Authorization': 'Bearer %s'}", SECRET["log_header"])
    logger.warning("token: " + SECRET["log_text"])
    return HttpResponse("logs")


def redirect(request):
    return HttpResponseRedirect(f"/form/?token={SECRET['location_query']}#access_token={SECRET['location_fragment']}")


def redirect_to_path(request):
    return HttpResponseRedirect(f"/reset/Mg/{SECRET['location_path']}/")


def captured(request, **kwargs):
    return HttpResponse("captured")


urlpatterns = [
    path("form/", form),
    path("sql/", sql),
    path("sql-error/", sql_error),
    path("fails/", fails),
    path("fails-elsewhere/", fails_elsewhere),
    path("caches/", caches),
    path("mail/", mail),
    path("outgoing/", outgoing),
    path("logs/", logs),
    path("redirect/", redirect),
    path("redirect-to-path/", redirect_to_path),
    path("login/", auth_views.LoginView.as_view(next_page="/form/"), name="login"),
    path("reset/", auth_views.PasswordResetView.as_view(success_url="/form/"), name="reset"),
    path("reset/<uidb64>/<token>/", auth_views.PasswordResetConfirmView.as_view(success_url="/form/"), name="confirm"),
    path("invite/<str:invite_key>/accept/", captured),
]


def prepare():
    """Tables, and somebody who can log in."""
    from django.core.management import call_command

    connection.ensure_connection()
    call_command("migrate", verbosity=0)
    get_user_model().objects.create_user("reader", "reader@example.org", SECRET["form_password"])


if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    prepare()
    execute_from_command_line([sys.argv[0], *sys.argv[2:]])
