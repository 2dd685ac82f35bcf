"""Answers ``urls.reverse``: the path that ``django.urls.reverse`` makes of a name and arguments, or why there is none.

Django's own ``reverse`` runs, on twins of the resolvers. Reversing fills their tables of names, once for all, and
writes the converters of an include into patterns further in (``URLResolver._populate``): the site shall do so when it
would have done so without us.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

from reqtrace.agent.patterns import urlconf_name
from reqtrace.agent.questions import CannotAnswer, error_text
from reqtrace.agent.urlconfs import MAX_DEPTH, NOT_LOADED, asking, is_include, language_for, loaded_root, patterns_of
from reqtrace.agent.values import attributes_of

__all__ = ["reverse_name"]

MAX_ARGUMENTS = 50

Facts = dict[str, Any]


def reverse_name(
    urlconf: str = "",
    name: str = "",
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    language: str = "",
) -> Facts:
    """The path of a name, or the exception that says why there is none. Raises ``CannotAnswer``."""
    named = dict(kwargs or {})
    if len(args) + len(named) > MAX_ARGUMENTS:
        raise CannotAnswer(f"more than {MAX_ARGUMENTS} arguments")
    root = loaded_root(urlconf)
    chosen = language or language_for(root, "/")[0]
    facts: Facts = {
        "urlconf": urlconf_name(root.urlconf_name),
        "language": chosen,
        "path": None,
        "is_from_objects": False,
        "error": "",
        "message": "",
    }
    from django.urls import NoReverseMatch

    with asking(chosen):
        twin = twin_of(root)
        reverse = reverse_on(twin)
        try:
            facts["path"] = reverse(name, args=list(args), kwargs=named)
        except NoReverseMatch as error:
            facts.update(error="NoReverseMatch", message=error_text(error))
        except Exception as error:  # what a converter's to_url raises, if it does not want a text
            facts.update(error=type(error).__name__, message=error_text(error))
            facts.update(reversed_from_objects(reverse, twin, name, args, named))
    return facts


def reversed_from_objects(
    reverse: FunctionType, root: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> Facts:
    """The path, if a converter wants objects and the values are texts as they would stand in the path."""
    for converters in converters_for(root, name.rpartition(":")[2], {}, 0):
        texts = dict(zip(converters, args, strict=False)) if args else kwargs
        if len(texts) < len(args) or not texts:
            continue
        try:
            objects = {key: object_from(converters.get(key), value) for key, value in texts.items()}
            return {"path": reverse(name, kwargs=objects), "is_from_objects": True}
        except Exception:  # this pattern is not meant; what was raised at first is the answer
            continue
    return {}


def object_from(converter: Any, value: Any) -> Any:
    """What ``to_python`` makes of a value, if it looks like one in a path."""
    if converter is None or re.fullmatch(converter.regex, str(value)) is None:
        return value
    return converter.to_python(str(value))


def converters_for(resolver: Any, name: str, around: Mapping[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """The converters of each pattern of that name, those of the includes around it first."""
    for pattern in patterns_of(resolver) or () if depth <= MAX_DEPTH else ():
        converters = {**around, **attributes_of(pattern.pattern).get("converters", {})}
        if is_include(pattern):
            yield from converters_for(pattern, name, converters, depth + 1)
        elif pattern.name == name and converters:
            yield converters


def reverse_on(root: Any) -> FunctionType:
    """``django.urls.reverse`` for one resolver, which it does not keep."""
    from django.urls import base as module

    base: Any = module
    original = base.reverse
    while "__wrapped__" in attributes_of(original):
        original = original.__wrapped__
    if type(original) is not FunctionType or "get_resolver" not in original.__code__.co_names:
        raise CannotAnswer("somebody has replaced django.urls.reverse")
    names = {
        **original.__globals__,
        "get_resolver": lambda _urlconf: root,
        # Without its cache, which would keep the twins for ever.
        "get_ns_resolver": base.get_ns_resolver.__wrapped__,
    }
    reverse = FunctionType(original.__code__, names, original.__name__, original.__defaults__, original.__closure__)
    reverse.__kwdefaults__ = original.__kwdefaults__
    return reverse


def twin_of(resolver: Any, depth: int = 0) -> Any:
    """The resolver, and all those in it, as if nothing had been reversed yet."""
    from asgiref.local import Local

    patterns = patterns_of(resolver)
    if depth > MAX_DEPTH:
        raise CannotAnswer(f"includes are nested more than {MAX_DEPTH} deep")
    if patterns is None:
        raise CannotAnswer(NOT_LOADED.format(name=urlconf_name(resolver.urlconf_name)))
    twin = copy.copy(resolver)
    twin.pattern = copy.copy(resolver.pattern)
    twin.pattern.converters = dict(resolver.pattern.converters)
    twin._reverse_dict, twin._namespace_dict, twin._app_dict = {}, {}, {}
    twin._callback_strs, twin._populated, twin._local = set(), False, Local()
    attributes_of(twin)["url_patterns"] = [
        twin_of(pattern, depth + 1) if is_include(pattern) else pattern for pattern in patterns
    ]
    return twin
