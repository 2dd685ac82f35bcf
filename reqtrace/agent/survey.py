"""Looks at a project after ``django.setup()`` and tells what steers its requests; sends none."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from reqtrace.agent.entering import EntryFailed, describe_error, enter
from reqtrace.events.kinds import HOOKS

__all__ = ["main"]

NAMESAKES = ("reqtrace", "reqtrace-py")
"""Other people's distributions that install a package named ``reqtrace``."""
WATCHED = (
    ("django.core.handlers.base", "BaseHandler", "load_middleware"),
    ("django.core.handlers.base", "BaseHandler", "get_response"),
    ("django.core.handlers.base", "BaseHandler", "get_response_async"),
    ("django.core.handlers.base", "BaseHandler", "resolve_request"),
    ("django.core.handlers.base", "BaseHandler", "make_view_atomic"),
    ("django.core.handlers.base", "", "convert_exception_to_response"),
    ("django.core.handlers.base", "", "import_string"),
    ("django.core.handlers.wsgi", "WSGIHandler", "__call__"),
    ("django.core.handlers.asgi", "ASGIHandler", "__call__"),
    ("django.template.base", "Template", "_render"),
    ("django.db.backends.utils", "CursorWrapper", "execute"),
)
"""Places of Django that tracers patch."""


def main(request: Mapping[str, Any]) -> dict[str, Any]:
    """What was found, and where it stopped if it did (``failure``)."""
    facts: dict[str, Any] = {"namesakes": installed_namesakes()}
    try:
        enter(request)
    except EntryFailed as failed:
        return {**facts, **django_facts(), "failure": failed.facts}
    facts = {**facts, **django_facts(), **settings_facts()}
    if "stack" in request:
        from reqtrace.agent.stack_facts import stack_facts

        facts["stack"] = stack_facts(request["stack"])
    return facts


def installed_namesakes() -> list[str]:
    """Foreign distributions in this environment that own the import name ``reqtrace``."""
    found = []
    for name in NAMESAKES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def django_facts() -> dict[str, Any]:
    django = sys.modules.get("django")
    if django is None:
        return {}
    return {"django": django.get_version(), "django_path": os.path.dirname(str(django.__file__))}


def settings_facts() -> dict[str, Any]:
    from django.conf import settings
    from django.core.management import get_commands

    return {
        "settings_module": getattr(settings, "SETTINGS_MODULE", None),
        "root_urlconf": str(getattr(settings, "ROOT_URLCONF", "")),
        "wsgi_application": getattr(settings, "WSGI_APPLICATION", None),
        "asgi_application": getattr(settings, "ASGI_APPLICATION", None),
        "debug": bool(settings.DEBUG),
        "allowed_hosts": [str(host) for host in settings.ALLOWED_HOSTS],
        "middleware_type": "list" if is_listed(settings.MIDDLEWARE) else type(settings.MIDDLEWARE).__name__,
        "middleware": [describe_middleware(str(path)) for path in listed(settings.MIDDLEWARE)],
        "runserver": name_of(get_commands().get("runserver", "")),
        "patches": list(foreign_patches()),
    }


def is_listed(value: Any) -> bool:
    return isinstance(value, list | tuple)


def listed(value: Any) -> list[Any]:
    """The entries of MIDDLEWARE; none if it is something else than a list, which would only yield nonsense."""
    return list(value) if is_listed(value) else []


def name_of(command: Any) -> str:
    """The app a command comes from; an already loaded command names its module."""
    return command if isinstance(command, str) else type(command).__module__


def describe_middleware(path: str) -> dict[str, Any]:
    """One entry of MIDDLEWARE, imported but not built: what it is and which hooks it has."""
    from django.utils.module_loading import import_string

    try:
        factory = import_string(path)
    except Exception as error:  # whatever a module of the project raises is a finding about this entry
        return {"path": path, "hooks": [], "is_class": False, "failure": describe_error(error)}
    hooks = [hook for hook in HOOKS if hasattr(factory, hook)]
    return {"path": path, "hooks": hooks, "is_class": isinstance(factory, type), "failure": None}


def foreign_patches() -> Iterator[str]:
    """Functions of Django that somebody replaced, with the file of the replacement."""
    for module_name, class_name, name in WATCHED:
        module = importlib.import_module(module_name)
        owner = getattr(module, class_name) if class_name else module
        function = vars(owner).get(name)
        code = getattr(function, "__code__", None)
        place = code.co_filename if code is not None else str(getattr(function, "__module__", ""))
        if function is not None and not is_of_django(place):
            yield f"{'.'.join(filter(None, (module_name, class_name, name)))} by {place}"


def is_of_django(place: str) -> bool:
    """Whether a file, or a module where there is no file, is Django's own."""
    root = os.path.dirname(str(sys.modules["django"].__file__))
    return place.startswith((root + os.sep, "django."))
