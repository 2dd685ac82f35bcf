"""English: what is said about a person's own keys and preferences."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["PREFERENCES"]

PREFERENCES: Mapping[str, str] = {
    "palette.placeholder": "what can be done here",
    "palette.search": "Search",
    "palette.title": "Commands: {n} of {total}",
    "palette.close": "Esc closes",
    "palette.nothing": "Nothing here is called that. Delete letters, or press Esc.",
    "keymap.unknown": "keymap: there is no key called {id}. `reqtrace config` lists them all.",
    "keymap.unknown.near": "keymap: there is no key called {id}. Did you mean {near}?",
    "keymap.key": "keymap: {key} is no key that {id} could have. Examples: l  ctrl+l  f5  question_mark",
    "keymap.clash": "keymap: {key} is asked for by {id}, and also the key of {others}. Give one of them another.",
    "keymap.where.everywhere": "everywhere",
    "keymap.where.flow": "1 Flow",
    "keymap.where.stack": "2 Stack",
    "keymap.where.urls": "3 URLs",
    "keymap.where.time": "4 Time",
    "keymap.where.log": "5 Log",
    "keymap.where.help": "in the help",
    "keymap.where.why": "in the answers of w",
    "keymap.where.page": "on a page of text",
    "keymap.where.findings": "in what lint finds",
    "keymap.where.consent": "before an experiment",
    "keymap.where.palette": "in the palette",
    "keymap.where.glossary": "in the glossary",
    "keymap.where.comparison": "in a comparison",
    "keymap.where.holds": "in the list of holds",
    "keymap.where.export": "where a picture is exported",
    "keymap.where.sending": "in a request that is written",
    "keymap.where.small": "on a screen that is too small",
}
