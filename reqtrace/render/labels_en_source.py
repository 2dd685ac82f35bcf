"""The English words of the panes that explain, of the call path, and of opening an editor."""

from __future__ import annotations

__all__ = ["SOURCE"]

SOURCE: dict[str, str] = {
    "source.caller": "caller {n}/{total}  {name}",
    "source.caller.layer": "caller {n}/{total}  {name} of {layer}",
    "source.unknown": "{name}: it is not known here where Django is installed.",
    "source.outermost": "Nothing further out is Django's code",
    "source.innermost": "This is the code of the step itself",
    "reading.close": "Esc closes",
    "reading.no_request": "No request is shown.",
    "edit.nothing": "This step has no source line to edit.",
    "edit.none": "No editor is set: set VISUAL or EDITOR, for example EDITOR=nano",
    "edit.unclear": "The editor cannot be understood: {editor}",
    "edit.unreadable": "The file is not on this machine: {file}",
    "edit.not_found": "The editor was not found: {editor}",
    "edit.failed": "The editor could not be started: {editor}: {why}",
    "edit.ended": "The editor ended with code {code}: {editor}",
    "edit.no_terminal": "This terminal cannot be lent to an editor: set VISUAL to one with a window of its own",
    "edit.opened": "Opened in {editor}",
}
