"""The URLconf as rows: includes open or closed; each pattern with name, view, and how many requests it matched."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from reqtrace.analysis.url_tree import Place, UrlNode, UrlTree
from reqtrace.render import symbols
from reqtrace.render.canvas import Phrase
from reqtrace.render.labels import count, text
from reqtrace.render.roles import INK, Paint, Role
from reqtrace.render.sanitize import sanitize
from reqtrace.render.urls_rows import QUIET, STRONG, UrlRow, pattern_phrase

__all__ = ["all_includes", "find_patterns", "include_name", "inside_text", "patterns_inside", "short_view", "tree_rows"]

NAME = Paint(Role.OK)
I18N = "i18n_patterns"


def tree_rows(
    tree: UrlTree, opened: Collection[Place], counts: Mapping[Place, int], found: Collection[Place] | None = None
) -> tuple[UrlRow, ...]:
    """The rows of the tree; if something is looked for, only what was found and the includes around it, open."""
    return tuple(rows_of(tree, tree.children, opened, counts, found))


def rows_of(
    tree: UrlTree,
    nodes: Iterable[UrlNode],
    opened: Collection[Place],
    counts: Mapping[Place, int],
    found: Collection[Place] | None,
) -> Iterator[UrlRow]:
    for node in nodes:
        if found is not None and node.place not in found:
            continue
        has_inside = bool(node.children)
        is_open = has_inside and (node.place in opened or found is not None)
        matched = counts.get(node.place, 0)
        yield UrlRow(
            place=node.place,
            depth=len(node.place) - 1,
            pattern=pattern_phrase(node),
            words=include_words(tree, node) if node.is_include else view_words(tree, node),
            count=f"{matched}{symbols.TIMES}" if matched else "",
            is_open=is_open if has_inside else None,
        )
        if is_open:
            yield from rows_of(tree, node.children or (), opened, counts, found)


def view_words(tree: UrlTree, node: UrlNode) -> Phrase:
    """The name as ``reverse()`` wants it, and the view."""
    name = sanitize(tree.full_name(node.place))
    view = short_view(node)
    return ((name, NAME), ("  ", INK), (view, QUIET)) if name else ((view, QUIET),)


def short_view(node: UrlNode) -> str:
    """The end of the dotted path of the view, which tells most."""
    return sanitize(".".join(node.target.split(".")[-2:]))


def include_words(tree: UrlTree, node: UrlNode) -> Phrase:
    """Where it leads, and how much is there."""
    paint = QUIET if node.is_loaded else Paint(Role.WARN)
    return (f"{symbols.ARROW} {include_name(node)}", STRONG), ("  ", INK), (inside_text(tree, node), paint)


def inside_text(tree: UrlTree, node: UrlNode) -> str:
    """How many patterns an include has, as far as that is known."""
    if not node.is_loaded:
        return text("urls.not_loaded")
    inside = patterns_inside(node)
    return text("urls.not_entered") if not inside and not tree.is_whole else count("urls.patterns", inside)


def include_name(node: UrlNode) -> str:
    """The included URLconf by name."""
    if node.sort == "i18n":
        return I18N
    is_list = not node.target or node.target.startswith("<")
    return sanitize(node.namespace) or text("urls.a_list") if is_list else sanitize(node.target)


def patterns_inside(node: UrlNode) -> int:
    """Patterns that lead to views, in the include and in those inside."""
    return sum(patterns_inside(one) if one.is_include else 1 for one in node.children or ())


def all_includes(tree: UrlTree) -> frozenset[Place]:
    """Every include with something inside."""
    return frozenset(node.place for node in tree.nodes() if node.children)


def find_patterns(tree: UrlTree, words: str) -> frozenset[Place]:
    """The patterns that contain all words, in what is written, name, view or file, and the includes around them."""
    wanted = words.lower().split()
    found: set[Place] = set()
    for node in tree.nodes():
        texts = (node.text, tree.full_name(node.place), node.target, node.namespace, node.file)
        if all(word in "\n".join(texts).lower() for word in wanted):
            found.update(node.place[: depth + 1] for depth in range(len(node.place)))
    return frozenset(found)
