"""The tree of a URLconf: told by the running project (``urls.tree``), or put together from what requests have shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reqtrace.events.kinds import PatternSeen
from reqtrace.trace.url_sightings import UrlSightings

__all__ = ["Converter", "Place", "UrlNode", "UrlTree", "matches_of", "read_tree", "seen_tree"]

Place = tuple[int, ...]
"""Where a pattern stands: its position in the root URLconf, in the one included there, and so on."""
MAX_NODES = 10_000
MAX_DEPTH = 20
MAX_TEXT = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Converter:
    """What turns a part of the path into an argument of the view."""

    parameter: str
    name: str
    """Dotted path of its class."""
    regex: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlNode:
    """One ``path()``, ``re_path()`` or ``include()``."""

    place: Place
    sort: str
    """``path``, ``re_path`` or ``i18n``; of an include, how its prefix is written."""
    text: str
    """The route or regular expression; of ``i18n`` the prefix of the language."""
    name: str = ""
    """Name of the pattern."""
    app_name: str = ""
    namespace: str = ""
    target: str = ""
    """Dotted path of the view, or of the included URLconf."""
    kind: str = ""
    """Of the view: ``function``, ``class``, ``partial`` or ``object``."""
    file: str = ""
    line: int = 0
    decorators: tuple[str, ...] = ()
    """Outermost first."""
    converters: tuple[Converter, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    """What the pattern adds to the arguments of the view."""
    children: tuple[UrlNode, ...] | None = None
    """``None`` if it is no include."""
    is_loaded: bool = True
    """Django has imported the included URLconf."""

    @property
    def is_include(self) -> bool:
        """It leads to other patterns, not to a view."""
        return self.children is not None

    @property
    def written(self) -> str:
        """The text by which requests know it: a prefix of a language has none."""
        return "" if self.sort == "i18n" else self.text

    @property
    def regexes(self) -> Mapping[str, str]:
        """Of its converters, by parameter."""
        return {one.parameter: one.regex for one in self.converters}


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlTree:
    """All patterns of a URLconf."""

    urlconf: str
    children: tuple[UrlNode, ...]
    is_whole: bool
    """Told by the running project; else only what requests have shown."""
    language: str = ""
    untold: int = 0
    """Patterns that are too many or too deep to be told."""
    process: int = 0
    """Who told it."""
    prefix: str = ""
    """``FORCE_SCRIPT_NAME``: it stands before every path, and no pattern gets to see it."""
    asked: str = ""
    """The name by which it was asked for; empty for ``ROOT_URLCONF``."""

    def nodes(self) -> Iterator[UrlNode]:
        """Every pattern, in the order in which Django tries them."""
        return walk(self.children)

    def node(self, place: Place) -> UrlNode | None:
        """The pattern at a place."""
        nodes: tuple[UrlNode, ...] | None = self.children
        found = None
        for position in place:
            if nodes is None or not 0 <= position < len(nodes):
                return None
            found = nodes[position]
            nodes = found.children
        return found

    def chain(self, place: Place) -> tuple[UrlNode, ...]:
        """The includes around a place, the outermost first, and the pattern itself."""
        found = [self.node(place[: depth + 1]) for depth in range(len(place))]
        return tuple(node for node in found if node is not None)

    def path_info(self, path: str) -> str:
        """What the patterns get of a path."""
        prefix = self.prefix.rstrip("/")
        is_inside = prefix and f"{path}/".startswith(f"{prefix}/")
        return (path[len(prefix) :] or "/") if is_inside else path

    def full_name(self, place: Place) -> str:
        """The name as ``reverse()`` wants it, with its namespaces; empty if it has none."""
        chain = self.chain(place)
        if not chain or chain[-1].is_include or not chain[-1].name:
            return ""
        return ":".join([*(node.namespace for node in chain[:-1] if node.namespace), chain[-1].name])


def walk(nodes: Iterable[UrlNode]) -> Iterator[UrlNode]:
    """The nodes and everything in them."""
    for node in nodes:
        yield node
        yield from walk(node.children or ())


# --- told by the project -----------------------------------------------------------------------------------------


def read_tree(told: Any, process: int = 0, asked: str = "") -> UrlTree:
    """The tree in an answer to ``urls.tree``; what cannot be read of it is left out."""
    facts = told if isinstance(told, dict) else {}
    room = [MAX_NODES]
    return UrlTree(
        urlconf=text_of(facts, "urlconf"),
        children=read_nodes(facts.get("children"), (), room),
        is_whole=True,
        language=text_of(facts, "language"),
        prefix=text_of(facts, "prefix"),
        untold=number_of(facts, "untold"),
        process=process,
        asked=asked,
    )


def read_nodes(told: Any, around: Place, room: list[int]) -> tuple[UrlNode, ...]:
    nodes: list[UrlNode] = []
    for position, facts in enumerate(told if isinstance(told, list) and len(around) < MAX_DEPTH else ()):
        room[0] -= 1
        if room[0] < 0 or not isinstance(facts, dict):
            break
        nodes.append(read_node(facts, (*around, position), room))
    return tuple(nodes)


def read_node(facts: Mapping[str, Any], place: Place, room: list[int]) -> UrlNode:
    is_include = "children" in facts
    return UrlNode(
        place=place,
        sort=text_of(facts, "sort"),
        text=text_of(facts, "text"),
        name="" if is_include else text_of(facts, "name"),
        app_name=text_of(facts, "app_name"),
        namespace=text_of(facts, "namespace"),
        target=text_of(facts, "target"),
        kind=text_of(facts, "kind"),
        file=text_of(facts, "file"),
        line=number_of(facts, "line"),
        decorators=tuple(one for one in list_of(facts, "decorators") if isinstance(one, str)),
        converters=tuple(Converter(parameter=a, name=b, regex=c) for a, b, c in texts_of(facts, "converters", 3)),
        arguments=tuple((a, b) for a, b in texts_of(facts, "arguments", 2)),
        children=read_nodes(facts["children"], place, room) if is_include else None,
        is_loaded=not is_include or facts["children"] is not None,
    )


def text_of(facts: Mapping[str, Any], name: str) -> str:
    """A text in an answer, or nothing."""
    value = facts.get(name)
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def number_of(facts: Mapping[str, Any], name: str) -> int:
    """A whole number in an answer, or 0."""
    value = facts.get(name)
    return value if type(value) is int else 0


def list_of(facts: Mapping[str, Any], name: str) -> list[Any]:
    """A list in an answer, or an empty one."""
    value = facts.get(name)
    return value if isinstance(value, list) else []


def texts_of(facts: Mapping[str, Any], name: str, width: int) -> list[list[str]]:
    """Rows of so many texts in an answer."""
    return [
        row
        for row in list_of(facts, name)
        if isinstance(row, list) and len(row) == width and all(isinstance(item, str) for item in row)
    ]


# --- shown by requests -------------------------------------------------------------------------------------------


def seen_tree(sightings: Iterable[UrlSightings]) -> UrlTree:
    """The patterns that the requests of all processes have tried; nothing is known of the others."""
    root = Branch(None)
    for seen in sightings:
        for path in seen.paths:
            branch: Branch | None = root
            for number in path:
                pattern = seen.patterns.get(number)
                branch = None if branch is None or pattern is None else branch.grow(pattern)
    return UrlTree(urlconf="", children=root.nodes(()), is_whole=False)


class Branch:
    """A pattern, and those that were met inside."""

    def __init__(self, pattern: PatternSeen | None) -> None:
        self.pattern = pattern
        self.inside: dict[tuple[str, str, str, str], Branch] = {}

    def grow(self, pattern: PatternSeen) -> Branch:
        """The branch of a pattern inside, which may have been met in another process."""
        key = (pattern.sort, pattern.text, pattern.name, pattern.target)
        return self.inside.setdefault(key, Branch(pattern))

    def nodes(self, place: Place) -> tuple[UrlNode, ...]:
        """What is inside."""
        return tuple(branch.node((*place, position)) for position, branch in enumerate(self.inside.values()))

    def node(self, place: Place) -> UrlNode:
        """The pattern and what is inside."""
        pattern = self.pattern
        assert pattern is not None
        is_include = pattern.sort in ("include", "i18n")
        is_regex = pattern.sort == "re_path" or (is_include and pattern.text.startswith("^"))
        return UrlNode(
            place=place,
            sort="i18n" if pattern.sort == "i18n" else "re_path" if is_regex else "path",
            text=pattern.text,
            name="" if is_include else pattern.name,
            namespace=pattern.name if is_include else "",
            target=pattern.target,
            children=self.nodes(place) if is_include else None,
        )


def matches_of(tree: UrlTree, sightings: Iterable[UrlSightings]) -> Mapping[Place, int]:
    """How many requests each pattern of a tree matched; of an include, those that matched inside.

    Requests that were given another URLconf do not count in a tree that is told.
    """
    requests: Counter[tuple[str, ...]] = Counter()
    for seen in sightings:
        for path, count in seen.matched.items():
            urlconf = seen.roots.get(path[0], "") if path and tree.is_whole else ""
            if urlconf in ("", tree.urlconf) and all(number in seen.patterns for number in path):
                requests[tuple(seen.patterns[number].text for number in path)] += count
    found: Counter[Place] = Counter()
    for place in places_of(tree.children, (), requests) if requests else ():
        # Of two that are written alike, Django takes the first.
        count = requests.pop(place[1], 0)
        for depth in range(1, len(place[0]) + 1) if count else ():
            found[place[0][:depth]] += count
    return found


def places_of(
    nodes: Iterable[UrlNode], texts: tuple[str, ...], wanted: Mapping[tuple[str, ...], int]
) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Every pattern that leads to a view, with the texts from the root to it."""
    for node in nodes:
        here = (*texts, node.written)
        if node.children is None:
            if here in wanted:
                yield node.place, here
        else:
            yield from places_of(node.children, here, wanted)
