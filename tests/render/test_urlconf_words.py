"""The tried patterns are shown as far as they fit, nearest to the match first."""

from __future__ import annotations

from reqtrace.events.kinds import PatternSeen, UrlconfEntered, UrlResolved, UrlUnresolved
from reqtrace.render.canvas import Phrase, phrase_width
from reqtrace.render.urlconf_words import levels_of, matched_phrases, phrase_of_levels, untried
from reqtrace.trace.model import Span

AT = {"time": 0, "request": 1, "thread": 1}


def pattern(number: int, text: str, sort: str = "path", target: str = "") -> PatternSeen:
    return PatternSeen(**AT, pattern=number, sort=sort, text=text, name="", target=target)


PATTERNS = {
    1: pattern(1, "admin/", "include", "django.contrib.admin.sites.urls"),
    2: pattern(2, ""),
    3: pattern(3, "polls/", "include", "polls.urls"),
    4: pattern(4, ""),
    5: pattern(5, "<int:pk>/"),
    6: pattern(6, "", "i18n"),
} | {100 + number: pattern(100 + number, f"page-{number}/") for number in range(944)}


def resolution(left: UrlResolved | UrlUnresolved) -> Span:
    return Span(
        number=0,
        entered=UrlconfEntered(**AT, urlconf="config.urls", source="ROOT_URLCONF"),
        left=left,
        start=0,
        end=1,
        outcome=None,
        status=0,
        changes=(),
        raised=None,
        converted=(),
        children=(),
    )


def matched(tried: tuple[tuple[int, ...], ...], path: tuple[int, ...]) -> UrlResolved:
    return UrlResolved(**AT, tried=tried, matched=path, route="", view_name="", namespaces=(), arguments=(("pk", "3"),))


def missed(tried: tuple[tuple[int, ...], ...]) -> UrlUnresolved:
    return UrlUnresolved(**AT, tried=tried, error="django.urls.exceptions.Resolver404")


def words(phrase: Phrase | None) -> str:
    assert phrase is not None
    return "".join(text for text, _ in phrase)


def test_levels_are_shown_one_after_the_other() -> None:
    """Each level shows what failed before its match; the last one the captured arguments."""
    levels = levels_of(resolution(matched(((1,), (2,), (3, 4)), (3, 5))), PATTERNS)
    phrase = phrase_of_levels(levels, 80, "/polls/3/")
    assert words(phrase) == "✗ admin/  ✗ ''  ✓ polls/  ▸ ✗ ''  ✓ <int:pk>/  pk = 3"
    with_modules = words(phrase_of_levels(levels[1:], 80, "/", with_modules=True))
    assert with_modules == "polls.urls  ✗ ''  ✓ <int:pk>/  pk = 3"


def test_the_match_itself_is_never_shown_as_failed() -> None:
    """``ResolverMatch.tried`` of Django ends with the match; it is not counted as a failure."""
    levels = levels_of(resolution(matched(((1,), (3, 4), (3, 5)), (3, 5))), PATTERNS)
    assert [level.tried for level in levels] == [(("admin/", 0),), (("''", 0),)]


def test_hundreds_of_patterns_are_counted() -> None:
    """Of 944 patterns those nearest to the match are shown, and the others counted."""
    tried = tuple((100 + number,) for number in range(943))
    phrase = phrase_of_levels(levels_of(resolution(matched(tried, (1043,))), PATTERNS), 60, "/page-943/")
    assert phrase is not None
    assert phrase_width(phrase) <= 60
    assert words(phrase) == "… 941 tried  ✗ page-941/  ✗ page-942/  ✓ page-943/  pk = 3"


def test_without_a_match_the_likeliest_are_shown() -> None:
    """A misspelt path is shown beside the patterns that begin like it."""
    tried = ((1,), *((100 + number,) for number in range(944)))
    phrase = phrase_of_levels(levels_of(resolution(missed(tried)), PATTERNS), 60, "/page-77x/")
    assert words(phrase).startswith("… 94")
    assert "✗ page-77/" in words(phrase)
    assert "admin" not in words(phrase)


def test_an_include_that_failed_inside_says_how_much_was_tried() -> None:
    """An include whose prefix matched is followed by the number of patterns inside that did not."""
    phrase = phrase_of_levels(levels_of(resolution(missed(((1,), (3, 4), (3, 5)))), PATTERNS), 60, "/polls/x/")
    assert words(phrase) == "✗ admin/  ✗ polls/ (2 inside)"


def test_no_room_is_said_by_none() -> None:
    """If even the match does not fit there is no phrase, so the caller can take more rows."""
    levels = levels_of(resolution(matched(((1,), (2,), (3, 4)), (3, 5))), PATTERNS)
    assert phrase_of_levels(levels, 12, "/") is None


def test_before_the_result_every_pattern_looks_alike() -> None:
    """No mark and no argument gives the match away."""
    phrase = phrase_of_levels(levels_of(resolution(matched(((1,), (2,)), (3, 5))), PATTERNS), 80, "/")
    assert phrase is not None
    assert words(untried(phrase)) == "· admin/  · ''  · polls/  ▸ · <int:pk>/"


def test_unknown_and_language_patterns_have_words() -> None:
    """A pattern of which nothing is known is a question mark; a language prefix says what it is."""
    levels = levels_of(resolution(matched(((9999,),), (6, 5))), PATTERNS)
    assert words(phrase_of_levels(levels, 80, "/")) == "✗ ?  ✓ (language)/  ▸ ✓ <int:pk>/  pk = 3"


def test_what_matched_is_the_last_thing_to_give_way() -> None:
    """With ever less room the failed patterns go, then the arguments, then the outer levels; never the match."""
    levels = levels_of(resolution(matched(((1,), (2,), (3, 4)), (3, 5))), PATTERNS)
    assert [words(phrase) for phrase in matched_phrases(levels)] == [
        "✓ polls/  ▸ ✓ <int:pk>/  pk = 3",
        "✓ polls/  ▸ ✓ <int:pk>/",
        "✓ <int:pk>/  pk = 3",
        "✓ <int:pk>/",
    ]
    assert matched_phrases(levels_of(resolution(missed(((1,), (2,)))), PATTERNS)) == ()
