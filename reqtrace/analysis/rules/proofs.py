"""Proofs of order rules: two orders of a small stack, requests, and the sign by which the consequence shows.

The layers and pages are Django's own and those of ``reqtrace.agent.proofs``. A proof holds if its sign is seen in the
order that the rule warns of, and not in the one that it asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

__all__ = ["PROOFS", "Proof", "ProofVisit", "Sign", "SignKind", "proof_of"]

LAYERS = "reqtrace.agent.proofs.layers."
DJANGO = {
    "Security": "django.middleware.security.SecurityMiddleware",
    "Session": "django.contrib.sessions.middleware.SessionMiddleware",
    "Common": "django.middleware.common.CommonMiddleware",
    "Csrf": "django.middleware.csrf.CsrfViewMiddleware",
    "Auth": "django.contrib.auth.middleware.AuthenticationMiddleware",
    "Messages": "django.contrib.messages.middleware.MessageMiddleware",
    "XFrame": "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "Locale": "django.middleware.locale.LocaleMiddleware",
    "GZip": "django.middleware.gzip.GZipMiddleware",
    "ConditionalGet": "django.middleware.http.ConditionalGetMiddleware",
    "UpdateCache": "django.middleware.cache.UpdateCacheMiddleware",
    "FetchFromCache": "django.middleware.cache.FetchFromCacheMiddleware",
    "Cache": "django.middleware.cache.CacheMiddleware",
    "LoginRequired": "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "RemoteUser": "django.contrib.auth.middleware.RemoteUserMiddleware",
    "PersistentRemoteUser": "django.contrib.auth.middleware.PersistentRemoteUserMiddleware",
    "XView": "django.contrib.admindocs.middleware.XViewMiddleware",
}


class SignKind(Enum):
    """How a consequence shows in the answers; each is a key of words."""

    FAILS = "fails"
    """The last request ends in a server error, or an exception escapes Django."""
    STATUS = "status"
    """The last answer has this status."""
    LACKS = "lacks"
    """The last answer does not have this header."""
    SAME_PAGE = "same_page"
    """The last visitor gets the very page that another one got."""
    TAG_CHANGES = "tag_changes"
    """The same page has another ETag each time."""
    NOTHING_EDITED = "nothing_edited"
    """A layer looks for words in compressed bytes."""
    WRONG_LENGTH = "wrong_length"
    """Content-Length is not the length of what is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What is seen in the bad order only."""

    kind: SignKind
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofVisit:
    """One request, by a visitor who keeps cookies if named."""

    url: str
    method: str = "GET"
    visitor: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How the consequence of a rule is brought about."""

    rule: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    visits: tuple[ProofVisit, ...]
    sign: Sign
    settings: Mapping[str, Any] = field(default_factory=dict)


def layers(words: str) -> tuple[str, ...]:
    return tuple(DJANGO.get(word, LAYERS + word) for word in words.split())


def proof(
    rule: str, bad: str, good: str, visits: Sequence[ProofVisit], sign: SignKind, subject: str = "", **settings: Any
) -> Proof:
    return Proof(
        rule=rule,
        bad=layers(bad),
        good=layers(good),
        visits=tuple(visits),
        sign=Sign(kind=sign, subject=subject),
        settings=settings,
    )


def page(url: str, visitor: str = "", **headers: str) -> ProofVisit:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return ProofVisit(url=url, visitor=visitor, headers=named)


HELLO = (page("/hello/"),)
NAMES = (page("/whoami/?name=ada", "ada"), page("/whoami/", "ada"), page("/whoami/", "bob"))
FORMS = (page("/form/", "ada"), page("/form/", "bob"))
TONGUES = (page("/language/", Accept_Language="de"), page("/language/", Accept_Language="en"))
SHOPS = (page("/shop/", X_Shop="north"), page("/shop/", X_Shop="south"))
ZIPPED = (page("/hello/", Accept_Encoding="gzip"),)
STRANGE_HOST = (page("/hello/", Host="elsewhere.example"),)
POSTED = (ProofVisit(url="/form/", method="POST"),)

PROOFS: tuple[Proof, ...] = (
    # sessions and users
    proof("dj-auth-after-session", "Auth Session", "Session Auth", HELLO, SignKind.FAILS),
    proof("dj-messages-after-session", "Messages Session", "Session Messages", HELLO, SignKind.FAILS),
    proof("dj-csrf-after-session", "Csrf Session", "Session Csrf", HELLO, SignKind.FAILS, CSRF_USE_SESSIONS=True),
    proof(
        "dj-common-after-session-csrf",
        *("Common Session", "Session Common"),
        STRANGE_HOST,
        SignKind.FAILS,
        CSRF_USE_SESSIONS=True,
    ),
    proof("dj-remoteuser-after-auth", "Session RemoteUser Auth", "Session Auth RemoteUser", HELLO, SignKind.FAILS),
    proof(
        "dj-persistent-remoteuser-after-auth",
        *("Session PersistentRemoteUser Auth", "Session Auth PersistentRemoteUser"),
        HELLO,
        SignKind.FAILS,
    ),
    proof(
        "dj-xview-needs-auth",
        *("XView", "Session Auth XView"),
        (ProofVisit(url="/hello/", method="HEAD"),),
        SignKind.FAILS,
        INTERNAL_IPS=["127.0.0.1"],
    ),
    proof(
        "dj-csrf-before-view-mw",
        *("Session Auth LoginRequired Csrf", "Session Csrf Auth LoginRequired"),
        POSTED,
        SignKind.STATUS,
        "302",
        LOGIN_URL="/hello/",
    ),
    proof("lockdown-after-auth", "Session LoginWall Auth", "Session Auth LoginWall", HELLO, SignKind.STATUS, "401"),
    proof("gen-user-after-auth", "Session ReadsUser Auth", "Session Auth ReadsUser", HELLO, SignKind.FAILS),
    proof("gen-session-after-session", "ReadsSession Session", "Session ReadsSession", HELLO, SignKind.FAILS),
    proof("gen-attribute-order", "ReadsTenant SetsTenant", "SetsTenant ReadsTenant", HELLO, SignKind.FAILS),
    # the cache of pages
    proof(
        "dj-updatecache-before-session",
        *("Session UpdateCache FetchFromCache", "UpdateCache Session FetchFromCache"),
        NAMES,
        SignKind.SAME_PAGE,
    ),
    proof(
        "dj-updatecache-before-csrf",
        *("Csrf UpdateCache FetchFromCache", "UpdateCache Csrf FetchFromCache"),
        FORMS,
        SignKind.SAME_PAGE,
    ),
    proof(
        "dj-updatecache-first",
        *("ByShop UpdateCache FetchFromCache", "UpdateCache ByShop FetchFromCache"),
        SHOPS,
        SignKind.SAME_PAGE,
    ),
    proof(
        "dj-fetchcache-after-vary",
        *("UpdateCache FetchFromCache Locale", "UpdateCache Locale FetchFromCache"),
        TONGUES,
        SignKind.SAME_PAGE,
    ),
    proof("dj-cachemw-before-locale", "Cache Locale", "Locale Cache", TONGUES, SignKind.SAME_PAGE),
    proof("dj-cache-pair", "UpdateCache", "UpdateCache FetchFromCache", HELLO * 2, SignKind.LACKS, "Expires"),
    # bodies
    proof(
        "dj-conditional-after-gzip",
        *("ConditionalGet GZip", "GZip ConditionalGet"),
        # GZip adds up to a hundred bytes by chance, so two answers may be alike.
        ZIPPED * 6,
        SignKind.TAG_CHANGES,
    ),
    proof("dj-common-above-changers", "EditsBody Common", "Common EditsBody", HELLO, SignKind.WRONG_LENGTH),
    proof("dj-gzip-above-body-users", "EditsBody GZip", "GZip EditsBody", ZIPPED, SignKind.NOTHING_EDITED),
    # what is answered early, or by whom
    proof(
        "dj-security-top",
        *("Common Security", "Security Common"),
        (page("/hello"),),
        SignKind.LACKS,
        "X-Content-Type-Options",
    ),
    proof(
        "dj-locale-before-common",
        *("Common Locale", "Locale Common"),
        (page("/hello"),),
        SignKind.LACKS,
        "Content-Language",
        PREPEND_WWW=True,
        ALLOWED_HOSTS=["*"],
    ),
    proof(
        "gen-header-adders-above-shortcircuit",
        *("Closed XFrame", "XFrame Closed"),
        (page("/hello/?closed=1"),),
        SignKind.LACKS,
        "X-Frame-Options",
    ),
    proof(
        "gen-last-resort-exception-top",
        *("AnswersValueErrors AnswersEveryException", "AnswersEveryException AnswersValueErrors"),
        (page("/fails/"),),
        SignKind.STATUS,
        "500",
    ),
    proof(
        "dj-proxy-headers-above-gethost",
        *("Common RewritesHost", "RewritesHost Common"),
        (page("/hello/", X_Forwarded_Host="proxy.example, testserver"),),
        SignKind.STATUS,
        "400",
        USE_X_FORWARDED_HOST=True,
    ),
)

_BY_RULE = {each.rule: each for each in PROOFS}


def proof_of(rule_id: str) -> Proof | None:
    """The proof of a rule, if it has one."""
    return _BY_RULE.get(rule_id)
