"""Takes ``resolve`` from Django before or after the agent has come, and says who has what: ``python … WHEN``."""

from __future__ import annotations

import importlib
import json
import sys


def holders():
    from types import ModuleType

    own = ModuleType("own")
    exec("from django.urls import resolve", vars(own))
    sys.modules["own"] = own
    return [importlib.import_module("django.urls.base"), importlib.import_module("django.urls"), own]


def watched(modules):
    return ["reqtrace" in module.resolve.__code__.co_filename for module in modules]


def main():
    install = sys.modules.get("reqtrace.agent.install")
    if sys.argv[1] == "before" and install is not None:
        install.uninstall()
    modules = holders()
    if sys.argv[1] == "before" and install is not None:
        install.install()
    outcome = {"watched": watched(modules)}
    if install is not None:
        install.uninstall()
    outcome["left"] = watched(modules)
    sys.stdout.write(json.dumps(outcome))


main()
