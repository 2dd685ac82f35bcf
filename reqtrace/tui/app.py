"""The application: composes the screens, binds the keys, and hands what has changed to the screen in front."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from textual import events
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen

from reqtrace.errors import EXIT_OK
from reqtrace.render.sanitize import sanitize
from reqtrace.trace.source import Source
from reqtrace.tui.board import Board
from reqtrace.tui.bridge import Bridge
from reqtrace.tui.collecting import rare_full_collections
from reqtrace.tui.exporting import ExportingApp
from reqtrace.tui.frugal_driver import frugal
from reqtrace.tui.haste import paint_at_once
from reqtrace.tui.keymap import checked_keymap
from reqtrace.tui.keys.app import APP_KEYS
from reqtrace.tui.keys.naming import key_name
from reqtrace.tui.keys.ranking import rank
from reqtrace.tui.modes import MODE_KEYS, MODES
from reqtrace.tui.preparing import preparations
from reqtrace.tui.screens.help import HelpScreen
from reqtrace.tui.screens.mode import ModeScreen
from reqtrace.tui.screens.palette import Command, PaletteScreen
from reqtrace.tui.screens.too_small import TooSmallScreen, is_too_small
from reqtrace.tui.subject import Subject
from reqtrace.tui.taste import Taste
from reqtrace.tui.terminal import AsciiFilter, is_utf8
from reqtrace.tui.terminal_image import TerminalImage
from reqtrace.tui.themes import default_variables, next_theme, textual_themes
from reqtrace.tui.thrifty_stylesheet import ThriftyStylesheet
from reqtrace.tui.words import word

__all__ = ["KEEP", "ReqtraceApp", "run_app"]

KEEP = 2_000
"""Requests kept."""
TICK = 1 / 20
BUDGET = 0.012
"""Seconds of a tick that go into draining, so that keys are answered in between."""
IDLE_TICKS = 10
"""So long nothing has come when there is time for what may be needed later;"""
PREPARING = 0.004
"""seconds of a tick for it."""
CATCH_UP = 0.004
"""Pause between two slices when more has come than one takes;"""
READ_ON = 0.001
"""of a recording, which nobody has to have time to write."""
REST = 3
"""How long publishing pauses, as a multiple of what it has just taken; the painting comes on top of that."""
READING = 0.3
"""Seconds it pauses at least while a recording is read, which is quicker without anybody watching."""
TOAST = 8
"""Seconds a remark stays on the screen; it stays in the log."""

NOTICE = 3
"""Seconds for an answer to a key."""
MOST_TOASTS = 3
MOST_REMARKS = 5
"""About preferences, which are told once; `reqtrace config` tells them all."""


class ReqtraceApp(ExportingApp):
    """Live or replayed: the difference is only the source."""

    DEFAULT_MODE = MODES[0].name
    CSS_PATH: ClassVar[list[str | PurePath]] = [
        "reqtrace.tcss",
        "flow.tcss",
        "stack.tcss",
        "urls.tcss",
        "time.tcss",
        "log.tcss",
        "overlays.tcss",
        "sending.tcss",
    ]
    TITLE = "reqtrace"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (116, "-medium"), (170, "-wide")]
    BINDINGS: ClassVar[list[BindingType]] = [*APP_KEYS, *MODE_KEYS]

    def __init__(
        self, source: Source, *, keep: int = KEEP, ascii_only: bool = False, taste: Taste | None = None
    ) -> None:
        self.taste = taste or Taste()
        self._image = TerminalImage()
        paint_at_once()
        super().__init__()
        self.bridge = Bridge(source, keep=keep)
        self.subject = Subject(picture=self.taste.picture)
        self._ascii: list[LineFilter] = [AsciiFilter(is_strict=not is_utf8())] if ascii_only else []
        self._shown_version: tuple[object, ...] = ()
        self._frozen: Board | None = None
        self._is_catching_up = False
        self._idle_ticks = 0
        self._preparations = preparations(self)
        self._styled: WeakKeyDictionary[Screen[Any], str] = WeakKeyDictionary()
        """Screens, and the theme for which their styles were looked up last."""
        self._was_ended = False
        self._resting_until = 0.0
        self._must_exit = threading.Event()
        for theme in textual_themes():
            self.register_theme(theme)
        self.theme = self.taste.theme
        self.stylesheet: ThriftyStylesheet = ThriftyStylesheet(variables=self.get_css_variables())

    # --- composition -------------------------------------------------------------------------------------------

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return default_variables()

    def get_driver_class(self) -> type[Driver]:
        return frugal(super().get_driver_class(), self._image)

    def get_line_filters(self) -> list[LineFilter]:
        return [*super().get_line_filters(), *self._ascii]

    def get_default_screen(self) -> Screen[None]:
        return MODES[0].screen(self.bridge, self.subject)

    def refresh_css(self, animate: bool = True) -> None:
        """Not for the screen in front because another one is new, as Textual 8.2 does it."""
        if self.screen_stack and self._styled.get(self.screen) != self.theme:
            self._styled[self.screen] = self.theme
            super().refresh_css(animate)

    def delay_update(self, delay: float = 0.0) -> None:
        """Never: Textual has the screen stand still for 50 ms when the mode changes, whenever the other is there."""

    def on_mount(self) -> None:
        for mode in MODES:
            self.add_mode(mode.name, partial(mode.screen, self.bridge, self.subject))
        self.app_resume_signal.subscribe(self, self._on_resume)
        self.set_interval(TICK, self._tick)
        self._use_keymap()
        if self._ascii and not is_utf8():
            self.notify(word("ascii.notice"), timeout=TOAST, markup=False)

    def _use_keymap(self) -> None:
        """The person's own keys; what is wrong with them, or with the file they stand in, is said."""
        checked = checked_keymap(self.taste.keymap)
        self.set_keymap(checked.keymap)
        for remark in (*self.taste.remarks, *checked.remarks)[:MOST_REMARKS]:
            self.notify(sanitize(remark), severity="warning", timeout=TOAST, markup=False)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action that has a key, by its name."""
        for command in self._commands(screen):
            yield SystemCommand(command.name, command.tip, command.run)

    def _commands(self, screen: Screen[object]) -> Iterable[Command]:
        seen = {"command_palette"}
        active = sorted(screen.active_bindings.values(), key=lambda one: rank(one.binding))
        for node, binding, is_enabled, tooltip in active:
            if binding.id and is_enabled and binding.action not in seen:
                seen.add(binding.action)
                run = partial(self.run_action, binding.action, node)
                yield Command(name=binding.description, tip=tooltip, keys=key_name(binding), run=run)

    # --- what has arrived --------------------------------------------------------------------------------------

    def _tick(self) -> None:
        if self._must_exit.is_set():
            self.exit(EXIT_OK)
            return
        is_more = self.bridge.pump(BUDGET)
        self._publish()
        self._idle_ticks = 0 if is_more or self._is_catching_up else self._idle_ticks + 1
        if self._idle_ticks >= IDLE_TICKS and self.is_running:
            self._prepare_on()
        if is_more and not self._is_catching_up:
            self._is_catching_up = True
            self._catch_up_soon()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._idle_ticks = 0
        await super().on_event(event)

    def _prepare_on(self) -> None:
        end = time.perf_counter() + PREPARING
        while next(self._preparations, False) and time.perf_counter() < end:
            pass

    def look_up_styles(self, mode: str) -> None:
        """Of all that is on the screen of a mode, if it is there, though another may be in front."""
        screen = self._screen_of(mode)
        if screen is not None:
            self.stylesheet.update(screen)
            self._styled[screen] = self.theme

    def _catch_up(self) -> None:
        """Drain on until the next tick finds nothing left; keys are answered between two slices."""
        if self.bridge.pump(BUDGET):
            self._catch_up_soon()
        else:
            self._is_catching_up = False
            self._resting_until = 0.0
            self._publish()

    def _catch_up_soon(self) -> None:
        self.set_timer(CATCH_UP if self.bridge.source.is_live else READ_ON, self._catch_up)

    def _publish(self) -> None:
        """Show what has changed, if anything has; on a machine that is short of time less often, for the keys' sake."""
        version, begun = self.bridge.version, time.perf_counter()
        if version == self._shown_version or begun < self._resting_until or not self._show():
            return
        self._shown_version = version
        self._tell_notes()
        if self._was_ended != self.bridge.is_ended:
            self._was_ended = self.bridge.is_ended
            self.screen.refresh_bindings()
        now, source = time.perf_counter(), self.bridge.source
        is_reading = source.backlog > 0 and not source.is_live
        self._resting_until = now + max(REST * (now - begun), READING if is_reading else 0.0)

    def _show(self) -> bool:
        """Hand the screen of the mode what there is; whether it could take it."""
        return self._show_on(self._mode_screen)

    def _show_on(self, screen: ModeScreen | None) -> bool:
        if screen is None or not screen.is_mounted:
            return False
        screen.show(self._board())
        return True

    def _board(self) -> Board:
        board, frozen = self.bridge.board(), self._frozen
        if frozen is None:
            return board
        return replace(board, is_paused=True, held=board.total - frozen.total, summaries=frozen.summaries)

    def _tell_notes(self) -> None:
        for text in self.bridge.new_notes()[-MOST_TOASTS:]:
            self.notify(sanitize(text), timeout=TOAST, markup=False)

    @property
    def _mode_screen(self) -> ModeScreen | None:
        """The screen of the mode, whatever lies over it."""
        return self._screen_of(self.current_mode)

    def _screen_of(self, mode: str) -> ModeScreen | None:
        """The screen of any mode, once it is there."""
        stack = self._screen_stacks.get(mode)
        return stack[0] if stack and isinstance(stack[0], ModeScreen) else None

    # --- size and terminal -------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        self._image.forget()
        is_covered = isinstance(self.screen, TooSmallScreen)
        if is_too_small(event.size.width, event.size.height):
            if not is_covered:
                self.push_screen(TooSmallScreen())
        elif is_covered:
            self.pop_screen()

    def _on_resume(self, app: App[object]) -> None:
        # After Ctrl+Z and fg the terminal is empty, but nothing has changed for Textual.
        self._image.forget()
        self.screen.refresh(layout=True)

    # --- actions -----------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing works on a screen that is too small, but leaving."""
        if isinstance(self.screen, TooSmallScreen):
            return action in ("quit", "suspend_process")
        if action == "mode":
            return None if parameters == (self.current_mode,) else True
        if action == "restart":
            # Greyed and not hidden, so that the help names it.
            return True if self.bridge.is_ended else None
        return True

    def action_help(self) -> None:
        """What is on the screen in front."""
        screen = self._mode_screen
        if screen is not None:
            bindings = [binding for _, binding, _, _ in screen.active_bindings.values() if binding.id]
            self.push_screen(HelpScreen(screen.HELP_TOPIC, bindings))

    def action_command_palette(self) -> None:
        """Search everything by name."""
        if not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen(list(self._commands(self.screen))), self._run_command)

    def _run_command(self, command: Command | None) -> None:
        if command is not None:
            self.call_later(command.run)

    def action_pause(self) -> None:
        """Freeze what is shown, or show what came meanwhile."""
        self._frozen = self.bridge.board() if self._frozen is None else None
        self._show()

    def action_mode(self, name: str) -> None:
        """Another mode, as it was left."""
        # What it shows is brought up to date behind the scenes, so that it comes in one frame.
        is_up_to_date = self._show_on(self._screen_of(name))
        self.switch_mode(name)
        if not is_up_to_date:
            self.call_after_refresh(self._show)

    def action_theme(self) -> None:
        """The next theme."""
        self.theme = next_theme(self.theme)
        self.taste.on_theme(self.theme)

    def action_level(self) -> None:
        """Watch the site at the other level of detail, from the next request on."""
        is_deep = self.bridge.switch_level()
        told = "level.recording" if is_deep is None else "level.deep" if is_deep else "level.path"
        self.notify(word(told), timeout=NOTICE, markup=False)

    def action_restart(self) -> None:
        """Start the site again."""
        self.bridge.source.restart()

    async def action_quit(self) -> None:
        """Leave; the site is ended by whoever started it."""
        self.exit(EXIT_OK)

    # --- being run ---------------------------------------------------------------------------------------------

    def request_exit(self) -> None:
        """Ask the app to leave, from any thread and at any time."""
        self._must_exit.set()

    def run_to_end(self) -> int:
        """Run until somebody leaves; an exception that ended it is raised again, the terminal being restored."""
        with rare_full_collections():
            code = self.run()
        if self._exception is not None:
            raise self._exception
        return EXIT_OK if code is None else code

    def _fatal_error(self) -> None:
        # Textual would print a traceback with all local variables, requests among them; ``run_to_end`` raises instead.
        self._close_messages_no_wait()


def run_app(source: Source, *, keep: int = KEEP, ascii_only: bool = False) -> int:
    """Show a source until the person leaves; the exit code."""
    return ReqtraceApp(source, keep=keep, ascii_only=ascii_only).run_to_end()
