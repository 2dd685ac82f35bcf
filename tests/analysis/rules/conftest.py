"""Stacks by their paths alone, as a person reads them, and stacks as a real project's Python tells them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

import reqtrace
from reqtrace.analysis.rules.engine import LintReport, lint
from reqtrace.analysis.rules.proofs import DJANGO, LAYERS
from reqtrace.analysis.rules.stack import Certainty, Layer, Place, Read, Stack, Trait, read_stack

HERE = Path(__file__).parent
ROOT = Path(reqtrace.__file__).parents[1]
SHORT = {
    **DJANGO,
    "Flatpage": "django.contrib.flatpages.middleware.FlatpageFallbackMiddleware",
    "Redirect": "django.contrib.redirects.middleware.RedirectFallbackMiddleware",
    "BrokenLinks": "django.middleware.common.BrokenLinkEmailsMiddleware",
    "Csp": "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "Cors": "corsheaders.middleware.CorsMiddleware",
    "WhiteNoise": "whitenoise.middleware.WhiteNoiseMiddleware",
    "Toolbar": "debug_toolbar.middleware.DebugToolbarMiddleware",
    "BrowserReload": "django_browser_reload.middleware.BrowserReloadMiddleware",
    "Minify": "django_minify_html.middleware.MinifyHtmlMiddleware",
    "Silk": "silk.middleware.SilkyMiddleware",
    "Hijack": "hijack.middleware.HijackUserMiddleware",
    "HostsRequest": "django_hosts.middleware.HostsRequestMiddleware",
    "HostsResponse": "django_hosts.middleware.HostsResponseMiddleware",
    "Maintenance": "maintenance_mode.middleware.MaintenanceModeMiddleware",
    "Otp": "django_otp.middleware.OTPMiddleware",
    "Axes": "axes.middleware.AxesMiddleware",
    "Auditlog": "auditlog.middleware.AuditlogMiddleware",
    "Account": "allauth.account.middleware.AccountMiddleware",
    "ActiveUsers": "active_users.middleware.ActiveUsersSessionMiddleware",
    "OnlineUsers": "online_users.middleware.OnlineNowMiddleware",
    "ThreadLocals": "two_factor.middleware.threadlocals.ThreadLocals",
    "Tenant": "django_tenants.middleware.main.TenantMainMiddleware",
    "PrometheusBefore": "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "PrometheusAfter": "django_prometheus.middleware.PrometheusAfterMiddleware",
    "Guid": "django_guid.middleware.guid_middleware",
    "Kolo": "kolo.middleware.KoloMiddleware",
    "EnforceHost": "enforce_host.EnforceHostMiddleware",
    "PermissionsPolicy": "django_permissions_policy.PermissionsPolicyMiddleware",
    "WagtailRedirect": "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "CmsUser": "cms.middleware.user.CurrentUserMiddleware",
    "CmsToolbar": "cms.middleware.toolbar.ToolbarMiddleware",
    "CmsApphook": "cms.middleware.utils.ApphookReloadMiddleware",
    "ThirdCsp": "csp.middleware.CSPMiddleware",
    "Htmx": "django_htmx.middleware.HtmxMiddleware",
}
OF_PROOFS = ("ReadsSession", "SetsTenant", "ReadsTenant", "Closed")
"""Layers of ``reqtrace.agent.proofs.layers`` that stand in stacks of the tests, too."""
WORDS = {
    "reads": lambda value: {"reads": (a_read(value, Certainty.ALWAYS),)},
    "sometimes": lambda value: {"reads": (a_read(value, Certainty.SOMETIMES),)},
    "maybe": lambda value: {"reads": (a_read(value, Certainty.MAYBE),)},
    "seeks": lambda value: {"reads": (a_read(value, Certainty.GUARDED),)},
    "late": lambda value: {"reads": (a_read(value, Certainty.ALWAYS, is_on_way_in=False),)},
    "sets": lambda value: {"sets": frozenset({value})},
    "is": lambda value: {"mro": (f"shop.middleware.{value}", SHORT[value])},
    "hook": lambda value: {"hooks": (value,)},
    "sync": lambda value: {"is_async_capable": value == "no"},
}


def a_read(attribute: str, certainty: Certainty, *, is_on_way_in: bool = True) -> Read:
    place = Place(file="shop/middleware.py", line=12)
    return Read(attribute=attribute, is_on_way_in=is_on_way_in, certainty=certainty, place=place)


def a_layer(index: int, word: str, *, is_known: bool) -> Layer:
    """``Session``, or one of the project's own: ``own:reads=user:answers``."""
    name, *features = word.split(":")
    path = SHORT.get(name, name if "." in name else f"shop.middleware.{name}")
    known: dict[str, Any] = {"mro": (path,), "is_source_known": is_known}
    traits = set()
    for feature in features:
        key, _, value = feature.partition("=")
        if value:
            known.update(WORDS[key](value))
        else:
            traits.add(Trait(key))
    return Layer(index=index, path=path, traits=frozenset(traits), **known)


def a_stack(words: str | Sequence[str], *, is_known: bool = True, **options: Any) -> Stack:
    """Layers by their short names (or dotted paths), outermost first; settings in capitals."""
    parts = words.split() if isinstance(words, str) else words
    layers = tuple(a_layer(index, word, is_known=is_known) for index, word in enumerate(parts))
    settings = {name: value for name, value in options.items() if name.isupper()}
    others = {name: value for name, value in options.items() if not name.isupper()}
    return Stack(layers=layers, settings=settings, **others)


class Judge(Protocol):
    def __call__(self, words: str | Sequence[str], **options: Any) -> LintReport: ...


@pytest.fixture(scope="session")
def stack_of() -> Callable[..., Stack]:
    return a_stack


@pytest.fixture(scope="session")
def judge() -> Judge:
    """Lint a stack of short names."""
    return lambda words, **options: lint(a_stack(words, **options))


@pytest.fixture(scope="session")
def paths_of() -> Callable[[str], list[str]]:
    """Dotted paths of short names; others are layers of the proofs, or of ``custom_layers``."""

    def path_of(word: str) -> str:
        module = LAYERS if word in OF_PROOFS else "custom_layers."
        return SHORT.get(word, f"{module}{word}")

    return lambda words: list(map(path_of, words.split()))


@pytest.fixture(scope="session")
def run_stacks() -> Callable[..., list[dict[str, Any]]]:
    """Serve requests through stacks in one child process; each answer has ``report``, what lint says of the stack."""

    def run(stacks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join((str(ROOT), str(HERE))),
            "DJANGO_SETTINGS_MODULE": "reqtrace.agent.proofs.settings",
        }
        child = subprocess.run(
            [sys.executable, str(HERE / "stack_runner.py")],
            input=json.dumps({"stacks": list(stacks)}),
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )
        assert child.returncode == 0, child.stderr
        answers: list[dict[str, Any]] = json.loads(child.stdout)
        for answer in answers:
            answer["layers"] = read_stack(answer["stack"], django=answer["django"], is_asgi=False)
            answer["report"] = lint(answer["layers"])
        return answers

    return run
