"""A stylesheet of Textual that is read, and looked up, again only where it would come to something else."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from textual.cache import LRUCache
from textual.css._style_properties import ColorProperty, ScrollbarColorProperty
from textual.css.model import RuleSet
from textual.css.styles import RulesMap, StylesBase
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

__all__ = ["ThriftyStylesheet"]

SOURCES = 512
"""The style sheets of the app, and one of each kind of widget."""
PLACES = 4_096
TRANSITIONS = "transitions"
TRACKS = frozenset(("grid_rows", "grid_columns"))
COLOURS = frozenset(name for name, rule in vars(StylesBase).items() if isinstance(rule, ColorProperty))
SCROLLBARS = frozenset(name for name in COLOURS if isinstance(vars(StylesBase)[name], ScrollbarColorProperty))
"""Those of them that have scrollbars painted anew as well."""


class Look(NamedTuple):
    """What the rules come to at a place, and which changes there would make them come to something else."""

    rules: RulesMap
    has_hover_style: bool
    has_focus_within: bool
    has_order_style: bool
    has_odd_or_even: bool


class Reading:
    """What the style sheets came to with the colours of one theme."""

    def __init__(self) -> None:
        self.sources: LRUCache[tuple[object, ...], list[RuleSet]] = LRUCache(SOURCES)
        self._rules: list[RuleSet] = []
        self._looks: LRUCache[Hashable, Look] = LRUCache(PLACES)

    def looks(self, rules: list[RuleSet]) -> LRUCache[Hashable, Look]:
        """By the place in the tree of widgets; none of them holds when there are other rules."""
        if rules is not self._rules:
            if rules != self._rules:
                self._looks.clear()
            self._rules = rules
        return self._looks


class ThriftyStylesheet(Stylesheet):
    """Textual 8.2 reads all styles again, for 30 ms, for every screen that is new or has not been seen in a theme.

    It also looks up those of every widget below one that has another class, and sets each of them anew.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._readings: dict[frozenset[tuple[str, str]], Reading] = {}
        self._use(variables)

    def _use(self, variables: dict[str, str]) -> None:
        self._reading = self._readings.setdefault(frozenset(variables.items()), Reading())
        self._parse_cache = self._reading.sources

    def set_variables(self, variables: dict[str, str]) -> None:
        if variables != self._variables:
            # Textual empties it.
            self._parse_cache = LRUCache(1)
            super().set_variables(variables)
            self._use(variables)

    def reparse(self) -> None:
        self.parse()

    def read_ahead(self, variables: dict[str, str]) -> Iterator[None]:
        """Read all styles with the colours of another theme, a source at a time."""
        other = ThriftyStylesheet(variables=variables)
        other._parse_cache = self._readings.setdefault(frozenset(variables.items()), Reading()).sources
        for place, (css, is_default_rules, tie_breaker, scope) in list(self.source.items()):
            other._parse_rules(css, place, is_default_rules, tie_breaker, scope)
            yield

    # --- looking up --------------------------------------------------------------------------------------------

    def apply(
        self, node: DOMNode, *, animate: bool = False, cache: dict[tuple[object, ...], RulesMap] | None = None
    ) -> None:
        looks, place = self._reading.looks(self.rules), self._place(node)
        look = looks.get(place)
        if look is not None:
            node._has_hover_style = look.has_hover_style
            node._has_focus_within = look.has_focus_within
            node._has_order_style = look.has_order_style
            node._has_odd_or_even = look.has_odd_or_even
            self.replace_rules(node, look.rules, animate=animate)
            self._process_component_classes(node)
            return
        # What Textual may keep for another node of the same look; nothing where it counts which child a node is.
        found: dict[tuple[object, ...], RulesMap] = {}
        super().apply(node, animate=animate, cache=found)
        for rules in found.values():
            looks[place] = Look(
                rules, node._has_hover_style, node._has_focus_within, node._has_order_style, node._has_odd_or_even
            )

    def _place(self, node: DOMNode) -> Hashable:
        """All that a selector can ask about a node and those around it, but which child it is."""
        return tuple([self._kind(one) for one in node.css_path_nodes])

    def _kind(self, node: DOMNode) -> Hashable:
        # Remarks have ids that never come again.
        name = node.id if f"#{node.id}" in self.rules_map else None
        if isinstance(node, Widget):
            return type(node), name, node.classes, node._pseudo_classes_cache_key, node.allow_focus()
        return type(node), name, node.classes, node.pseudo_classes

    @classmethod
    def replace_rules(cls, node: DOMNode, rules: RulesMap, animate: bool = False) -> None:
        styles = node.styles.base
        before = styles.get_rules()
        if animate and (TRANSITIONS in before or TRANSITIONS in rules):
            super().replace_rules(node, rules, animate=animate)
            return
        other = {name for name in before.keys() | rules.keys() if before.get(name) != rules.get(name)}
        # Each that is set has all widgets below painted anew; of the colours, which are many, the last does it for all.
        colours = sorted(other & COLOURS, key=SCROLLBARS.__contains__)
        for name in colours[:-1]:
            styles.set_rule(name, rules.get(name))
        for name in (*colours[-1:], *(other - COLOURS - TRACKS)):
            setattr(styles, name, rules.get(name))
        if not other.isdisjoint(TRACKS):
            # Textual would also paint what keeps its place.
            for name in other & TRACKS:
                styles.set_rule(name, rules.get(name))
            styles.refresh(layout=True)
        node.notify_style_update()
