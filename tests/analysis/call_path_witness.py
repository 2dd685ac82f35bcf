"""A small site in one file that writes down who is on the stack: the functions of Django, from the inside."""

import json
import sys
from io import BytesIO

import django
from django.conf import settings

SEEN: dict[str, list[str]] = {}


def look(where: str) -> None:
    frame, names = sys._getframe(2), []
    while frame is not None:
        if f"django{'/'}" in frame.f_code.co_filename.replace("\\", "/") and frame.f_globals["__name__"] != __name__:
            names.append(frame.f_code.co_qualname.replace("<locals>.", ""))
        frame = frame.f_back
    SEEN.setdefault(where, names)


def main() -> None:
    settings.configure(
        ROOT_URLCONF=__name__,
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=[f"{__name__}.Outer", f"{__name__}.Inner"],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
        LOGGING_CONFIG=None,
    )
    django.setup()
    from django.core.handlers.wsgi import WSGIHandler
    from django.template import engines
    from django.template.response import TemplateResponse
    from django.urls import path
    from django.utils.deprecation import MiddlewareMixin

    def hook(name: str, answer: int | None):  # type: ignore[no-untyped-def]
        def method(self, *arguments):  # type: ignore[no-untyped-def]
            look(f"{type(self).__name__}.{name}")
            return None if answer is None else arguments[answer]

        return method

    def view(request):  # type: ignore[no-untyped-def]
        look("view")
        return TemplateResponse(request, engines["django"].from_string("x"))

    def failing(request):  # type: ignore[no-untyped-def]
        raise ZeroDivisionError

    outer = {"process_request": None, "process_view": None, "process_response": 1}
    inner = {"process_request": None, "process_exception": None, "process_template_response": 1}
    module = sys.modules[__name__]
    for name, hooks in (("Outer", outer), ("Inner", inner)):
        methods = {one: hook(one, answer) for one, answer in hooks.items()}
        setattr(module, name, type(name, (MiddlewareMixin,), methods))
    module.urlpatterns = [path("page/", view), path("failing/", failing)]  # type: ignore[attr-defined]
    handler = WSGIHandler()
    for place in ("/page/", "/failing/"):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": place, "SERVER_NAME": "x", "SERVER_PORT": "80"}
        handler({**environ, "wsgi.input": BytesIO(), "wsgi.url_scheme": "http"}, lambda status, headers: None).close()
    sys.stdout.write(json.dumps(SEEN))


main()
