"""The table of words is complete and uses no value that a message does not have."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from reqtrace.analysis.messages import MessageId
from reqtrace.render import ascii as ascii_table
from reqtrace.render import labels, labels_en
from reqtrace.render.labels_en_pictures import PICTURES

RENDER = Path(labels.__file__).parent
CALLS = re.compile(r"""\b(text|count|has)\(\s*\n?\s*["']([a-z_.+~-]+)["']""")


def fields(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@pytest.mark.parametrize("message", MessageId, ids=lambda message: message.name)
def test_every_message_has_words(message: MessageId) -> None:
    """A message has words, and they use only values that come with it."""
    variants = {key for key in labels_en.TABLE if key == message.key or key in endings(message)}
    assert message.key in variants
    for key in variants:
        assert fields(labels_en.TABLE[key]) <= message.parameters, key


def endings(message: MessageId) -> set[str]:
    return {
        f"{message.key}.{ending}"
        for ending in ("unchanged", "silent", "no_line", "last", "empty", "undecorated", "at_once")
    }


def test_a_message_whose_words_show_a_text_that_may_be_empty_has_words_without_it() -> None:
    """An empty message, place or list of changes never leaves a hole in a sentence."""
    for message in MessageId:
        used = fields(labels_en.TABLE[message.key])
        for name, ending in (("changes", "unchanged"), ("message", "silent")):
            if name in used and message.key != "why.escaped":
                assert f"{message.key}.{ending}" in labels_en.TABLE, (message.key, name)


def test_every_label_that_the_code_asks_for_exists() -> None:
    """Keys written out in the code are in the table."""
    for path in RENDER.glob("*.py"):
        for function, key in CALLS.findall(path.read_text(encoding="utf-8")):
            wanted = {key} if function == "text" else {f"{key}.one", f"{key}.many"} if function == "count" else set()
            assert wanted <= labels_en.TABLE.keys(), (path.name, key)


def test_no_label_is_left_over() -> None:
    """Every word of the pictures is used somewhere, so translators waste no time."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in RENDER.glob("*.py") if "labels_en" not in path.name)
    for key in PICTURES:
        stem = key.removesuffix(".one").removesuffix(".many")
        made_up = stem.rpartition(".")[0]
        assert f'"{stem}"' in code or f"'{stem}'" in code or f'"{made_up}.{{' in code, key


def test_counts_come_in_pairs() -> None:
    """Whatever has words for one has words for many, and the other way round."""
    for key in labels_en.TABLE:
        if key.endswith(".one"):
            assert f"{key.removesuffix('.one')}.many" in labels_en.TABLE
        if key.endswith(".many"):
            assert f"{key.removesuffix('.many')}.one" in labels_en.TABLE


def test_every_symbol_in_the_words_has_an_ascii_form() -> None:
    """English words contain no character beyond ASCII but our glyphs."""
    for key, words in labels_en.TABLE.items():
        assert ascii_table.translate(words).isascii(), key


def test_a_number_takes_its_noun() -> None:
    """``count`` chooses between one and many."""
    assert labels.count("send.headers", 1) == "1 header"
    assert labels.count("send.headers", 3) == "3 headers"
