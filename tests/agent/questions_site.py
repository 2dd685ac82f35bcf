"""Asks about URLconfs what Django is asked, too; run only in child processes, prints what is not the same.

``python questions_site.py random SEED COUNT`` makes up URLconfs, ``python questions_site.py sample DIRECTORY`` takes
the sample site, ``python questions_site.py special`` tells how special cases are answered.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from datetime import date
from types import ModuleType

import django
from django.conf import settings

SETTINGS = {
    "SECRET_KEY": "for tests only",
    "ROOT_URLCONF": "main_urls",
    "USE_I18N": True,
    "LANGUAGE_CODE": "en",
    "LANGUAGES": [("en", "English"), ("de", "Deutsch")],
    "MIDDLEWARE": ["django.middleware.locale.LocaleMiddleware"],
}

if sys.argv[1] == "sample":
    sys.path.insert(0, sys.argv[2])
    os.environ["DJANGO_SETTINGS_MODULE"] = "bookshop.settings"
else:
    settings.configure(**SETTINGS)
django.setup()

from django.conf.urls.i18n import i18n_patterns  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import (  # noqa: E402
    URLPattern,
    clear_url_caches,
    include,
    path,
    re_path,
    register_converter,
    reverse,
)
from django.urls.exceptions import NoReverseMatch, Resolver404  # noqa: E402
from django.urls.resolvers import RegexPattern, URLResolver, _get_cached_resolver  # noqa: E402
from django.utils import translation  # noqa: E402

from reqtrace.agent.questions import CannotAnswer  # noqa: E402
from reqtrace.agent.url_match import match_path  # noqa: E402
from reqtrace.agent.url_reverse import reverse_name  # noqa: E402
from reqtrace.agent.url_tree import url_tree  # noqa: E402
from reqtrace.agent.values import describe  # noqa: E402

calls = []
seen = Counter()
"""How often each outcome was compared: a comparison of nothing would always agree."""


class Even:
    regex = "[0-9]+"

    def to_python(self, value):
        calls.append(value)
        if int(value) % 2:
            raise ValueError("odd")
        return int(value)

    def to_url(self, value):
        return str(value)


class Broken(Even):
    regex = "x[0-9]+"

    def to_python(self, value):
        calls.append(value)
        raise KeyError(value)


class Day:
    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return value.isoformat()


register_converter(Day, "day")
register_converter(Even, "even")
register_converter(Broken, "broken")


def view(request, *args, **kwargs):
    return HttpResponse()


# --- the same as Django -------------------------------------------------------------------------------------------


def outcome_of_django(urlconf, asked):
    """What ``URLResolver.resolve`` finds, in the terms of our answer."""
    root = URLResolver(RegexPattern(r"^/"), urlconf)
    calls.clear()
    try:
        match = root.resolve(asked)
    except Resolver404 as error:
        return [places(root, one) for one in error.args[0].get("tried", ())], None, list(calls)
    except Exception as error:
        return None, type(error).__name__, list(calls)
    arguments = [["", describe(value)] for value in match.args]
    arguments += [[name, describe(value)] for name, value in match.kwargs.items()]
    names = [match.view_name if match.url_name else "", match.app_names, match.route]
    return [places(root, one) for one in match.tried], [arguments, *names], list(calls)


def places(root, tried):
    """The place of each pattern on a path in the list that holds it."""
    at, patterns = [], root.url_patterns
    for pattern in tried:
        at.append(next(place for place, one in enumerate(patterns) if one is pattern))
        patterns = getattr(pattern, "url_patterns", ())
    return at


def outcome_of_ours(urlconf, asked):
    """The same, told by our answer."""
    calls.clear()
    answer = json.loads(json.dumps(match_path(urlconf, asked, translation.get_language())))
    steps = answer["steps"]
    raised = [step for step in steps if step["outcome"] == "raised"]
    if raised:
        return None, raised[0]["error"].partition(":")[0], list(calls)
    # Django lists a pattern when it is done with: an include whose patterns were tried in vain only by them.
    empty = {tuple(one["at"]) for one in steps if one["outcome"] == "left" and not inside(steps, one["at"])}
    tried = [one["at"] for one in steps if one["outcome"] in ("missed", "matched") or tuple(one["at"]) in empty]
    match = answer["match"]
    told = match and [match["arguments"], match["view_name"], match["app_names"], match["route"]]
    return tried, told, list(calls)


def inside(steps, at):
    return [one for one in steps if len(one["at"]) > len(at) and one["at"][: len(at)] == at]


def disagreements(urlconf, paths):
    found = []
    for asked in paths:
        theirs, ours = outcome_of_django(urlconf, asked), outcome_of_ours(urlconf, asked)
        seen["raised" if theirs[0] is None else "matched" if theirs[1] else "missed"] += 1
        if json.loads(json.dumps(theirs)) != json.loads(json.dumps(ours)):
            found.append([asked, theirs, ours])
    return found


def reversed_by(function, *arguments, **named):
    try:
        return function(*arguments, **named)
    except NoReverseMatch as error:
        return str(error)
    except Exception as error:
        return type(error).__name__


def reverse_disagreements(urlconf, questions):
    found = []
    for name, args, kwargs in questions:
        answer = reverse_name(urlconf, name, args, kwargs, translation.get_language())
        ours = answer["path"] or (answer["message"] if answer["error"] == "NoReverseMatch" else answer["error"])
        theirs = reversed_by(reverse, name, urlconf=urlconf, args=args, kwargs=kwargs)
        seen["reversed" if answer["path"] else "not reversed"] += 1
        if ours[:200] != theirs[:200]:
            found.append([name, args, kwargs, theirs, ours])
    return found


# --- random URLconfs ----------------------------------------------------------------------------------------------

WORDS = ["", "books/", "a/", "b", "été/", "a/b/", "%s/"]
PARTS = ["<broken:x>/", "<int:pk>/", "<slug:slug>/", "<even:n>/", "<str:s>", "<path:rest>", "<broken:x>/", "<uuid:u>/"]
REGEXES = [r"^$", r"^books/(?P<year>[0-9]{4})/$", r"^(\d+)/(\w+)?", r"a|b/", r"^a/(?:(?P<page>\d+)/)?$", r"b/$"]
PREFIXES = ["", "books/", "<int:pk>/", "<even:m>/", "a/", "<str:s>/", "<broken:y>/"]
VALUES = [
    "",
    "books/",
    "a/",
    "b",
    "été/",
    "3/",
    "4/",
    "x1/",
    "x1/",
    "x1/",
    "2020/",
    "one-two/",
    "books",
    "%s/",
    "//",
    "de/",
    "en/",
]


class Maker:
    def __init__(self, random):
        self.random = random
        self.names = 0

    def urlconf(self, depth=0):
        choose = self.random
        patterns = [self.pattern(depth) for _ in range(choose.randint(1, 4))]
        if depth == 0 and choose.random() < 0.3:
            patterns += i18n_patterns(
                *[self.pattern(2) for _ in range(2)], prefix_default_language=choose.random() < 0.5
            )
        return patterns

    def pattern(self, depth):
        choose = self.random
        defaults = choose.choice([None, None, {"extra": 1}, {"pk": 7}])
        if depth < 3 and choose.random() < 0.45:
            children = self.urlconf(depth + 1)
            named = choose.choice([children, children, (children, "app"), (children, f"app{choose.randint(0, 3)}")])
            if choose.random() < 0.25:
                return re_path(choose.choice([r"^a/", r"^(?P<lang>\w+)/", r"b"]), include(named), defaults)
            return path(choose.choice(PREFIXES), include(named), defaults)
        self.names += 1
        name = choose.choice([None, f"name{self.names % 5}"])
        if choose.random() < 0.3:
            return re_path(choose.choice(REGEXES), view, defaults, name=name)
        return path(choose.choice(WORDS) + choose.choice(["", *PARTS]), view, defaults, name=name)


def run_random(seed, count):
    choose = random.Random(seed)
    found = []
    for number in range(count):
        name = f"random_urls_{number}"
        module = sys.modules[name] = ModuleType(name)
        module.urlpatterns = Maker(choose).urlconf()
        paths = ["/" + "".join(choose.choices(VALUES, k=choose.randint(0, 4))) for _ in range(12)]
        with translation.override(choose.choice(["en", "de"])):
            before = state_of(module.urlpatterns)
            ours_first = [match_path(name, one)["match"] for one in paths] and url_tree(name)
            asked = questions(choose)
            for question in asked:
                reverse_name(name, *question)
            if state_of(module.urlpatterns) != before:
                found.append([name, "something was left behind"])
            if ours_first["patterns"] != len(before):
                found.append([name, "the tree is not whole"])
            found += disagreements(name, paths)
            found += reverse_disagreements(name, asked)
        clear_url_caches()
    return found


def questions(choose):
    names = [f"name{n}" for n in range(5)] + ["app:name1", "app2:name2", "app:app1:name3", "nobody", "no:body"]
    values = [3, "4", "x1", "one", "été/x"]
    asked = []
    for _ in range(8):
        args = choose.choices(values, k=choose.choice([0, 0, 0, 1, 2]))
        kwargs = {choose.choice(["pk", "n", "slug", "s", "year", "extra"]): choose.choice(values)}
        asked.append((choose.choice(names), *choose.choice([(args, {}), (args, {}), ([], kwargs)])))
    return asked


def state_of(patterns):
    """Everything in the resolvers that an answer could have changed."""
    states = []
    for pattern in patterns:
        known = {
            name: value for name, value in vars(pattern).items() if name not in ("pattern", "_local", "lookup_str")
        }
        converters = {name: id(one) for name, one in pattern.pattern.converters.items()}
        states.append(
            [repr(sorted(known)), repr(known.get("_reverse_dict")), repr(known.get("_populated")), converters]
        )
        if not isinstance(pattern, URLPattern):
            children = pattern.urlconf_name
            states += state_of(getattr(children, "urlpatterns", children))
    return states


# --- the sample site ----------------------------------------------------------------------------------------------


def run_sample():
    import bookshop.urls

    paths = ["/", "/nope", "/books/x/", "/books/x", "/isbn/9780306406157/", "/isbn/9780306406150/", "/published/1999/"]
    paths += [
        "/admin/",
        "/admin/auth/user/3/change/",
        "/admin/anything/",
        "/en/",
        "/de/",
        "/de/about/",
        "/static/a.css",
    ]
    questions = [("shop:book_detail", ["x"], {}), ("shop:book_detail", [], {"pk": 1}), ("admin:index", [], {})]
    questions += [("admin:auth_user_change", [3], {}), ("shop:published", [], {"year": 2020}), ("nope", [], {})]
    cached = _get_cached_resolver.cache_info()
    urlconf = settings.ROOT_URLCONF
    before = state_of(bookshop.urls.urlpatterns)
    url_tree()
    for one in paths:
        match_path("", one)
    for question in questions:
        reverse_name("", *question)
    found = [] if state_of(bookshop.urls.urlpatterns) == before else ["something was left behind"]
    found += [] if _get_cached_resolver.cache_info() == cached else ["a resolver was cached"]
    for language in ("en", "de"):
        with translation.override(language):
            found += disagreements(urlconf, paths) + reverse_disagreements(urlconf, questions)
    return found


# --- special cases ------------------------------------------------------------------------------------------------


def answer_to(question, *arguments):
    try:
        return question(*arguments)
    except CannotAnswer as error:
        return str(error)


def run_special():
    not_loaded = answer_to(url_tree), answer_to(match_path, "", "/"), answer_to(reverse_name, "", "x")
    made = sorted(name for name in sys.modules if name == "main_urls")
    main = sys.modules["main_urls"] = ModuleType("main_urls")
    itself = []
    itself.append(path("again/", include(itself)))
    secret = path("reset/<str:token>/", view, {"api_key": "s3cret-default"}, name="reset")
    main.urlpatterns = [
        secret,
        path("loop/", include(itself)),
        path("broken/<broken:x>/", view),
        path("lost/", include(([], "lost"))),
        *i18n_patterns(path("about/", view, name="about")),
    ]
    main.urlpatterns[3].urlconf_name = "never_loaded"
    long = ModuleType("long_urls")
    sys.modules["long_urls"] = long
    long.urlpatterns = [path(f"page{number}/", view, name=f"page{number}") for number in range(6_000)]
    days = sys.modules["days_urls"] = ModuleType("days_urls")
    days.urlpatterns = [path("days/<int:shop>/", include([path("<day:day>/", view, name="day")]))]
    half = sys.modules["half_urls"] = ModuleType("half_urls")
    half.__spec__ = type("Spec", (), {"_initializing": True})
    with translation.override("de"):
        answers = {
            "before": [not_loaded, made],
            "secret": match_path("", "/reset/s3cret-value/"),
            "secret tree": url_tree()["children"][0],
            "loop": url_tree()["untold"],
            "deep": match_path("", "/loop/" + "again/" * 30)["is_cut"],
            "broken": match_path("", "/broken/x1/")["steps"][-1],
            "lost": match_path("", "/lost/x/")["steps"][-1]["outcome"],
            "language": [
                match_path("", one)[key] for one in ("/de/about/", "/x/") for key in ("language", "language_from")
            ],
            "languages": [bool(match_path("", "/de/about/", one)["match"]) for one in ("", "en")],
            "long": [url_tree("long_urls")[key] for key in ("patterns", "untold")],
            "many": match_path("long_urls", "/nope/")["is_cut"],
            "too long": answer_to(match_path, "", "/" + "x" * 3_000),
            "half": answer_to(url_tree, "half_urls"),
            "objects": [
                [answer["path"], answer["is_from_objects"], answer["error"]]
                for answer in (
                    reverse_name("days_urls", "day", [], {"shop": 3, "day": "2026-11-21"}),
                    reverse_name("days_urls", "day", [3, "2026-11-21"]),
                    reverse_name("days_urls", "day", [3, "today"]),
                    reverse_name("days_urls", "day", [3]),
                )
            ],
            "too deep": answer_to(reverse_name, "", "about"),
            "no urlconf": answer_to(url_tree, "json"),
            "translation": translation.get_language(),
        }
    return answers


if __name__ == "__main__":
    if sys.argv[1] == "random":
        found = run_random(int(sys.argv[2]), int(sys.argv[3]))
    elif sys.argv[1] == "sample":
        found = run_sample()
    else:
        found = run_special()
    sys.stdout.write(json.dumps({"found": found, "seen": seen}))
