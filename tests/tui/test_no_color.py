"""``NO_COLOR`` is heeded: greys only, and every word and mark is still there."""

from __future__ import annotations

import pytest
from tui_driver import MemorySource, Opener

from reqtrace.hub.arrival import SitePhase


@pytest.mark.parametrize("key", ["1", "4"])
async def test_only_greys(opened: Opener, monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    """In each mode, in the list, in a turned back request."""
    texts = []
    for is_grey in (False, True):
        if is_grey:
            monkeypatch.setenv("NO_COLOR", "1")
        source = MemorySource()
        source.site(SitePhase.SERVING)
        source.request("csrf_403")
        async with opened(source, (120, 40)) as driver:
            await driver.press(key)
            screen = driver.app.screen
            styles = [
                one.style for strip in screen._compositor.render_strips(screen.size) for one in strip if one.style
            ]
            texts.append(driver.text)
        triplets = {colour.triplet for style in styles for colour in (style.color, style.bgcolor) if colour is not None}
        coloured = {one for one in triplets if one is not None and len({one.red, one.green, one.blue}) > 1}
        assert bool(coloured) is not is_grey
    assert texts[0] == texts[1]
