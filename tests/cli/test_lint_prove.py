"""``reqtrace lint --prove`` shows what a rule claims, or says why it cannot be shown."""

from __future__ import annotations

import json
import sys

import pytest

from reqtrace.cli.main import main

pytestmark = pytest.mark.slow


def test_both_orders_are_drawn(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The claim, the bad order with its funnel, the good one with its own, and the verdict, within 80 columns."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["lint", "--prove", "dj-updatecache-before-session"]) == 0
    out, err = capfd.readouterr()
    parts = ["dj-updatecache-before-session (error)", "BAD ORDER", "the very page of the one before", "RESPONSE"]
    parts += ["GOOD ORDER", "It does not happen.", "RESPONSE", "Proved with Django"]
    places = [out.find(part, out.find("GOOD ORDER") if index > 4 else 0) for index, part in enumerate(parts)]
    assert -1 not in places
    assert places == sorted(places)
    assert all(len(line) <= 80 for line in out.splitlines())
    assert "bob: GET /whoami/: ✓200, 'you are ada', calls no view" in out
    assert "bob: GET /whoami/: ✓200, 'you are nobody'" in out
    assert err == ""


def test_document(capfd: pytest.CaptureFixture[str]) -> None:
    """The proof as JSON, in the Python that is named."""
    assert main(["lint", "--prove", "gen-user-after-auth", "--output", "json", "--python", sys.executable]) == 0
    document = json.loads(capfd.readouterr().out)
    assert (document["reqtrace_proof"], document["is_proved"]) == (1, True)
    assert (document["bad"]["statuses"], document["good"]["statuses"]) == ([500], [200])


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("dj-auth-befor-session", "There is no rule 'dj-auth-befor-session'."),
        ("cors-before-common", "cors-before-common cannot be proved here: it is about a package that is not Django"),
        ("dj-admin-needs", "dj-admin-needs cannot be proved here: its consequence is a system check"),
        ("load-import", "load-import is about no order that could be proved."),
    ],
)
def test_what_cannot_be_proved(rule: str, message: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Unknown rules are answered with the nearest, others with the reason."""
    assert main(["lint", "--prove", rule]) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith(f"error: {message}")
