"""Objects of the application are found by identity, and forgotten with them."""

from __future__ import annotations

from reqtrace.agent.identity import IdentityMap


class Equal:
    """Equal to everything, and without a hash."""

    def __eq__(self, other: object) -> bool:
        raise AssertionError("compared")

    __hash__ = None  # type: ignore[assignment]


def test_values_are_found_by_identity() -> None:
    """No object is compared or hashed."""
    first, second = Equal(), Equal()
    names: IdentityMap[str] = IdentityMap()
    names.set(first, "first")
    assert (names.get(first), names.get(second)) == ("first", None)
    names.set(first, "again")
    assert (names.pop(first), names.pop(first), len(names)) == ("again", None, 0)


def test_an_object_is_not_kept_alive() -> None:
    """Its value goes with it, also after it was replaced."""
    owner = Equal()
    names: IdentityMap[str] = IdentityMap()
    names.set(owner, "one")
    names.set(owner, "two")
    del owner
    assert len(names) == 0


def test_an_object_without_weak_references() -> None:
    """It is not remembered, and that is no error."""
    names: IdentityMap[str] = IdentityMap()
    names.set("a text", "value")
    assert names.get("a text") is None
