"""A driver of Textual that sends to the terminal only what differs from what it shows."""

from __future__ import annotations

from textual.driver import Driver

from reqtrace.tui.terminal_image import TerminalImage

__all__ = ["frugal"]


def frugal(driver: type[Driver], image: TerminalImage) -> type[Driver]:
    """The driver, with everything that is written to it passing through the image."""

    class FrugalDriver(driver):  # type: ignore[valid-type, misc]
        """Like the other, but brief."""

        def write(self, data: str) -> None:
            if sent := image.changes(data):
                super().write(sent)

    return FrugalDriver
