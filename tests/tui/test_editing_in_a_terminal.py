"""The editor gets the terminal, and gives it back."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scenarios import SCENARIOS
from tmux_terminal import Terminal
from tui_driver import MemorySource

from reqtrace.events.kinds import LayerLoaded
from reqtrace.hub.recording import RecordingWriter

pytestmark = [
    pytest.mark.slow,
    pytest.mark.terminal,
    pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux"),
]
SESSIONS = ".venv/lib/python3.11/site-packages/django/contrib/sessions/middleware.py"
EDITOR = """\
#!/bin/sh
echo "EDITING $@"
read answer
"""


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A request of a site that is on this machine."""
    scenario = SCENARIOS["detail"]
    here = str(tmp_path)
    loading = tuple(
        replace(
            event,
            file=event.file.replace("/srv/bookshop", here),
            hooks=tuple(hook._replace(file=hook.file.replace("/srv/bookshop", here)) for hook in event.hooks),
        )
        if isinstance(event, LayerLoaded)
        else event
        for event in scenario.loading
    )
    (tmp_path / SESSIONS).parent.mkdir(parents=True)
    (tmp_path / SESSIONS).write_text("\n".join(f"line = {number}" for number in range(1, 40)), encoding="utf-8")
    (tmp_path / "vim").write_text(EDITOR, encoding="utf-8")
    (tmp_path / "vim").chmod(0o755)
    source = MemorySource()
    source.request(replace(scenario, loading=loading))
    path = tmp_path / "monday.reqtrace"
    writer = RecordingWriter(path)
    writer.write(source.drain(1_000))
    writer.close()
    return path


def test_the_editor_has_the_terminal_until_it_ends(
    open_terminal: Callable[[tuple[int, int]], Terminal], recording: Path
) -> None:
    """E opens the hook's file at its line; what was changed there is shown afterwards, at the same step."""
    terminal = open_terminal((120, 40))
    editor, file = recording.parent / "vim", recording.parent / SESSIONS
    terminal.press(f"EDITOR={editor} {sys.executable} -m reqtrace replay {recording}; echo left with $?", "Enter")
    terminal.wait_for(r"Flow of request 1")
    terminal.press("Right", "Right", "Right")
    terminal.wait_for(r"step 3/25")
    terminal.wait_for(r"▶ +18 +line = 18")
    terminal.press("E")
    terminal.wait_for(r"^EDITING \+18 ")
    file.write_text("\n".join(f"other = {number}" for number in range(1, 40)), encoding="utf-8")
    terminal.press("Enter")
    terminal.wait_for(r"▶ +18 +other = 18")
    terminal.wait_for(r"step 3/25")
    terminal.press("q")
    terminal.wait_for(r"^left with 0")
