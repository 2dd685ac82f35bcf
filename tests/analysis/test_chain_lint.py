"""Lint of a chain that was only watched finds what names tell, and claims nothing else."""

from __future__ import annotations

from dataclasses import replace

from scenarios import SCENARIOS

from reqtrace.analysis.chain_lint import is_about, lint_chain, told_settings
from reqtrace.analysis.rules.rule import Severity
from reqtrace.trace.site_model import Chain, LayerState


def in_order(chain: Chain, *order: int) -> Chain:
    layers = tuple(replace(chain.layers[old], index=new) for new, old in enumerate(order))
    return replace(chain, layers=layers)


def test_the_usual_order_is_right() -> None:
    """Django's own default gives no error and no warning."""
    process = SCENARIOS["detail"].process().facts()
    report = lint_chain(process.chains[0], process)
    assert report.count(Severity.ERROR) == report.count(Severity.WARNING) == 0


def test_authentication_above_session_is_an_error() -> None:
    """The most common mistake is found by the names of the layers alone, with the line to move."""
    process = SCENARIOS["detail"].process().facts()
    chain = in_order(process.chains[0], 0, 4, 2, 3, 1, 5, 6)
    report = lint_chain(chain, process)
    assert report.worst is Severity.ERROR
    assert any(finding.move is not None for finding in report.findings)
    assert is_about(report, chain)
    assert not is_about(report, process.chains[0])


def test_what_is_missing_is_not_complained_of() -> None:
    """A layer of unknown source may provide what is missing, so nothing is said of what is not there."""
    process = SCENARIOS["detail"].process().facts()
    chain = process.chains[0]
    without_session = replace(
        chain,
        layers=tuple(replace(layer, index=i) for i, layer in enumerate((*chain.layers[:1], *chain.layers[2:]))),
    )
    assert lint_chain(without_session, process).count(Severity.ERROR) == 0


def test_a_layer_that_failed_is_a_finding() -> None:
    """What the chain says of a layer that does not load is told with it."""
    process = SCENARIOS["detail"].process().facts()
    chain = process.chains[0]
    for reason, rule in (("builtins.ImportError: no module x", "load-import"), ("shop.Wrong: no", "load-factory")):
        broken = replace(chain.layers[2], state=LayerState.FAILED, reason=reason)
        changed = replace(chain, layers=(*chain.layers[:2], broken, *chain.layers[3:]))
        found = {
            (finding.id, finding.layer.index) for finding in lint_chain(changed, process).findings if finding.layer
        }
        assert (rule, 2) in found


def test_settings_of_a_recording_are_not_trusted() -> None:
    """A setting counts only if it is what such a setting is; else Django's default does."""
    process = replace(
        SCENARIOS["detail"].process().facts(),
        settings=(
            ("SECURE_SSL_REDIRECT", "True"),
            ("ALLOWED_HOSTS", "['shop.example', '*']"),
            ("APPEND_SLASH", "'yes'"),
            ("PREPEND_WWW", "__import__('os')"),
            ("MANAGERS", "17"),
            ("USE_I18N", "(" * 5000),
            ("DEBUG", "True"),
        ),
    )
    assert told_settings(process) == {"SECURE_SSL_REDIRECT": True, "ALLOWED_HOSTS": ["shop.example", "*"]}
