"""``python -m reqtrace``: the same as the command ``reqtrace``."""

from __future__ import annotations

import sys

from reqtrace.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
