"""Django's request loop in plain Python: what happens, in order, when a request meets a stack of middleware.

Written from Django's documentation of middleware, and independent of Django and of reqtrace: this is what both are
compared with. A step is a tuple whose first item names it; ``tape`` holds them in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

CORE = -1
STATUSES = {"Http404": 404, "Resolver404": 404, "PermissionDenied": 403, "SuspiciousOperation": 400}
"""What the film makes of an exception; of any other a 500."""

Step = tuple[Any, ...]


@dataclass
class Response:
    """What travels outwards."""

    status: int
    by: str
    """Who made it; empty for Django."""
    page: str = ""
    """A template that is still to be rendered: ``template`` or ``broken template``."""
    is_stream: bool = False
    is_finished: bool = True
    """The code that made it has returned it: what is done to it from then on is a change."""


class Failure(Exception):
    """An exception of the project, or of Django about the project."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error
        self.was_told = False


class Loop:
    """One request through ``layers`` to ``view``."""

    def __init__(self, layers: list[dict[str, Any]], view: dict[str, Any]) -> None:
        self.layers, self.view = layers, view
        self.chain = [index for index, layer in enumerate(layers) if layer["shape"] != "unused"]
        self.tape: list[Step] = []

    def run(self) -> Response | str:
        """The response, or the name of the exception that leaves Django."""
        response = self.layer(0)
        if response is None:
            # Nothing checks what the outermost layer returns before it is used.
            self.told(Failure("AttributeError"))
            self.tape.append(("escaped", "AttributeError"))
            return "AttributeError"
        if response.is_stream:
            self.tape.extend(("part", number) for number in range(3))
        return response

    # --- layers ---

    def layer(self, place: int) -> Response | None:
        """The layer at a place of the chain, in its film."""
        index = self.chain[place] if place < len(self.chain) else CORE
        self.tape.append(("layer", index))
        try:
            response = self.core() if index == CORE else self.code(index, place)
        except Failure as failure:
            self.told(failure)
            status = STATUSES.get(failure.error, 500)
            self.tape.append(("converted", index, failure.error, status))
            response = Response(status, "")
        self.tape.append(("layer left", index, outcome(response)))
        if response is not None:
            response.is_finished = True
        return response

    def code(self, index: int, place: int) -> Response | None:
        layer = self.layers[index]
        if layer["shape"] != "mixin":
            try:
                response = self.own_call(index, place)
            except Failure as failure:
                self.told(failure)
                self.tape.append(("code left", index, "raise"))
                raise
            self.tape.append(("code left", index, outcome(response)))
            return response
        response = None
        if "process_request" in layer["hooks"]:
            response = self.hook(index, "process_request")
        response = response or self.layer(place + 1)
        if "process_response" in layer["hooks"]:
            response = self.hook(index, "process_response", response)
        return response

    def own_call(self, index: int, place: int) -> Response | None:
        layer, who = self.layers[index], f"{index}.call"
        self.do(layer["before"], index, who)
        response = None if layer["calls"] else Response(230, who, is_finished=False)
        for _ in range(layer["calls"]):
            response = self.layer(place + 1)
        return self.do(layer["after"], index, who, response)

    def hook(self, index: int, name: str, response: Response | None = None) -> Response | None:
        self.tape.append(("hook", index, name))
        try:
            result = self.do(self.layers[index]["hooks"][name], index, f"{index}.{name}", response)
        except Failure as failure:
            self.told(failure)
            self.tape.append(("hook left", index, name, "raise"))
            raise
        self.tape.append(("hook left", index, name, outcome(result)))
        return result

    def hooks(self, name: str, *, inside_out: bool) -> Iterator[int]:
        having = [index for index in self.chain if name in self.layers[index]["hooks"]]
        return iter(having[::-1] if inside_out else having)

    # --- the core ---

    def core(self) -> Response:
        self.tape.append(("urlconf",))
        if self.view["act"] == "nowhere":
            raise Failure("Resolver404")
        response = None
        for index in self.hooks("process_view", inside_out=False):
            response = response or self.hook(index, "process_view")
            if response:
                break
        if response is None:
            try:
                response = self.call_view()
            except Failure as failure:
                response = self.ask(failure)
            if response is None:
                raise Failure("ValueError")
        return self.finish(response) if response.page else response

    def call_view(self) -> Response | None:
        self.tape.append(("view",))
        act = self.view["act"]
        response = None if act == "none" else Response(200, "view")
        if "template" in act:
            response = Response(200, "", page=act)
        elif act == "stream":
            response = Response(200, "", is_stream=True)
        elif act.startswith("raise "):
            failure = Failure(act.removeprefix("raise "))
            self.told(failure)
            self.tape.append(("view left", "raise"))
            raise failure
        self.tape.append(("view left", outcome(response)))
        return response

    def finish(self, page: Response) -> Response:
        """A TemplateResponse: its hooks, then its rendering."""
        response: Response | None = page
        for index in self.hooks("process_template_response", inside_out=True):
            response = self.hook(index, "process_template_response", response)
            if not is_method(self.layers[index]):
                # Django reads ``__self__`` of the hook for its message, before it looks at the response.
                raise Failure("AttributeError")
            if response is None:
                raise Failure("ValueError")
        assert response is not None
        try:
            self.render(response)
        except Failure as failure:
            return self.ask(failure)
        return response

    def render(self, response: Response) -> None:
        if not response.page:
            raise Failure("AttributeError")
        self.tape += [("template",), ("rendering",)]
        if response.page.startswith("broken"):
            failure = Failure("Boom")
            self.told(failure)
            self.tape.append(("template left", "raise"))
            raise failure
        self.tape.append(("template left", "none"))
        response.page = ""

    def ask(self, failure: Failure) -> Response:
        """``process_exception``, from the innermost layer outwards, until one answers."""
        for index in self.hooks("process_exception", inside_out=True):
            response = self.hook(index, "process_exception")
            if response:
                return response
        raise failure

    # --- what code does ---

    def do(self, act: str, index: int, who: str, response: Response | None = None) -> Response | None:
        if act.startswith("raise "):
            raise Failure(act.removeprefix("raise "))
        match act:
            case "mark":
                self.tape.append(("mark", index))
            case "respond":
                return Response(230, who)
            case "template":
                return Response(200, "", page="template")
            case "replace":
                return Response(210, who)
            case "none":
                return None
            case "header" if response is not None and response.is_finished:
                self.tape.append(("header", index))
            case "status" if response is not None:
                response.status = 240 + index
        return response

    def told(self, failure: Failure) -> None:
        """An exception leaves the code that raised it."""
        if not failure.was_told:
            failure.was_told = True
            self.tape.append(("raised", failure.error))


def outcome(response: Response | None) -> str:
    return "none" if response is None else f"response {response.status}"


def is_method(layer: dict[str, Any]) -> bool:
    """The hooks of this layer have ``__self__``."""
    return layer["shape"] in ("mixin", "class", "object", "slots") and layer["binding"] != "static"
