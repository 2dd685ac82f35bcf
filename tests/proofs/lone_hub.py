"""A hub in a process of its own, so that it can be killed; prints what a child needs to reach it."""

from __future__ import annotations

import json
import sys

from reqtrace.hub.hub import Hub

hub = Hub()
hub.start()
sys.stdout.write(json.dumps(hub.environment()) + "\n")
sys.stdout.flush()
while True:
    hub.wait(10)
    hub.drain(1000)
