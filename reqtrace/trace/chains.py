"""Gathers what is known of one traced process: its chains, URL patterns, settings and connections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from reqtrace.events.kinds import (
    AgentWarned,
    ChainFailed,
    ChainLoaded,
    ChainLoading,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    EventsDropped,
    LayerFailed,
    LayerLoaded,
    LayerSkipped,
    LevelChanged,
    PatternSeen,
    SettingsRead,
)
from reqtrace.trace.site_model import Chain, Layer, LayerState, ProcessFacts
from reqtrace.trace.url_sightings import SightingsRecord

__all__ = ["ProcessRecord"]

MAX_CHAINS = 200
"""Chains kept of one process: every test client has its own."""
MAX_LAYERS = 1_000
MAX_PATTERNS = 50_000
MAX_CONNECTIONS = 5_000
MAX_WARNINGS = 100


class ProcessRecord:
    """One process, while its events come."""

    def __init__(self, number: int, header: Mapping[str, Any]) -> None:
        self.number = number
        self.is_alive = True
        self.dropped = 0
        self.untraced = 0
        self.gaps = 0
        self.chains: dict[int, Chain] = {}
        self.connections: dict[int, ConnectionOpened] = {}
        self._header = header_facts(header)
        self.clock_offset: int = self._header.get("clock_offset", 0)
        self.pid: int = self._header.get("pid", 0)
        self.urls = SightingsRecord()
        self._patterns: dict[int, PatternSeen] = {}
        self._level = ""
        self._settings_module = ""
        self._settings: tuple[tuple[str, str], ...] = ()
        self._warnings: list[str] = []
        self._facts: ProcessFacts | None = None

    def take(self, event: Event) -> None:
        """Use an event that belongs to no request."""
        handle = HANDLERS.get(type(event))
        if handle is not None:
            handle(self, event)
            if handle not in UNTOLD:
                self._facts = None

    def end(self) -> None:
        """The process is gone."""
        self.is_alive = False
        self.connections.clear()
        self._facts = None

    def miss(self) -> None:
        """Something it said is lost."""
        self.gaps += 1
        self._facts = None

    def facts(self) -> ProcessFacts:
        """What is known now; the same object until something is learnt."""
        if self._facts is None:
            self._facts = ProcessFacts(
                number=self.number,
                is_alive=self.is_alive,
                chains=tuple(self.chains.values()),
                patterns=dict(self._patterns),
                level=self._level,
                settings_module=self._settings_module,
                settings=self._settings,
                dropped=self.dropped,
                untraced=self.untraced,
                gaps=self.gaps,
                warnings=tuple(self._warnings),
                **self._header,
            )
        return self._facts

    # --- events ------------------------------------------------------------------------------------------------

    def _chain_loading(self, event: ChainLoading) -> None:
        waiting = tuple(
            Layer(index=index, path=path, name=path.rpartition(".")[2], state=LayerState.UNKNOWN)
            for index, path in enumerate(event.middleware[:MAX_LAYERS])
        )
        self.chains[event.chain] = Chain(
            number=event.chain, handler=event.handler, is_async=event.is_async, layers=waiting
        )
        if len(self.chains) > MAX_CHAINS:
            del self.chains[next(iter(self.chains))]

    def _layer_loaded(self, event: LayerLoaded) -> None:
        layer = Layer(
            index=event.layer,
            path=event.path,
            name=event.name,
            state=LayerState.LOADED,
            shape=event.shape,
            file=event.file,
            line=event.line,
            hooks=event.hooks,
            is_async=event.is_async,
            adapted=event.adapted,
            is_mixin_call=event.is_mixin_call,
            import_time=event.import_time,
            init_time=event.init_time,
        )
        self._place(event.chain, layer)

    def _layer_skipped(self, event: LayerSkipped) -> None:
        self._place_unbuilt(event, LayerState.SKIPPED, event.reason)

    def _layer_failed(self, event: LayerFailed) -> None:
        self._place_unbuilt(event, LayerState.FAILED, f"{event.error}: {event.message}")

    def _place_unbuilt(self, event: LayerSkipped | LayerFailed, state: LayerState, reason: str) -> None:
        name = event.path.rpartition(".")[2]
        self._place(event.chain, Layer(index=event.layer, path=event.path, name=name, state=state, reason=reason))

    def _place(self, number: int, layer: Layer) -> None:
        chain = self.chains.get(number)
        if chain is not None and 0 <= layer.index < len(chain.layers):
            layers = (*chain.layers[: layer.index], layer, *chain.layers[layer.index + 1 :])
            self.chains[number] = replace(chain, layers=layers)

    def _chain_loaded(self, event: ChainLoaded) -> None:
        if chain := self.chains.get(event.chain):
            self.chains[event.chain] = replace(
                chain,
                view_middleware=event.view_middleware,
                template_response_middleware=event.template_response_middleware,
                exception_middleware=event.exception_middleware,
                is_loaded=True,
            )

    def _chain_failed(self, event: ChainFailed) -> None:
        if chain := self.chains.get(event.chain):
            self.chains[event.chain] = replace(chain, error=f"{event.error}: {event.message}")

    def _settings_read(self, event: SettingsRead) -> None:
        self._settings_module = event.settings_module
        self._settings = event.values

    def _level_changed(self, event: LevelChanged) -> None:
        self._level = event.level

    def _pattern_seen(self, event: PatternSeen) -> None:
        if len(self._patterns) < MAX_PATTERNS:
            self._patterns[event.pattern] = event

    def _connection_opened(self, event: ConnectionOpened) -> None:
        self.connections[event.connection] = event
        if len(self.connections) > MAX_CONNECTIONS:
            del self.connections[next(iter(self.connections))]

    def _connection_closed(self, event: ConnectionClosed) -> None:
        self.connections.pop(event.connection, None)

    def _events_dropped(self, event: EventsDropped) -> None:
        self.dropped += event.count
        self.untraced += event.requests

    def _agent_warned(self, event: AgentWarned) -> None:
        self._warnings.append(f"{event.probe}: {event.message}")
        del self._warnings[:-MAX_WARNINGS]


HANDLERS: dict[type[Event], Callable[[ProcessRecord, Any], None]] = {
    ChainLoading: ProcessRecord._chain_loading,
    LayerLoaded: ProcessRecord._layer_loaded,
    LayerSkipped: ProcessRecord._layer_skipped,
    LayerFailed: ProcessRecord._layer_failed,
    ChainLoaded: ProcessRecord._chain_loaded,
    ChainFailed: ProcessRecord._chain_failed,
    SettingsRead: ProcessRecord._settings_read,
    LevelChanged: ProcessRecord._level_changed,
    PatternSeen: ProcessRecord._pattern_seen,
    ConnectionOpened: ProcessRecord._connection_opened,
    ConnectionClosed: ProcessRecord._connection_closed,
    EventsDropped: ProcessRecord._events_dropped,
    AgentWarned: ProcessRecord._agent_warned,
}


UNTOLD = (ProcessRecord._connection_opened, ProcessRecord._connection_closed)
"""What changes no fact of the process."""


def header_facts(header: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of ``ProcessFacts`` that a header gives; what is missing or of another type is left out."""
    facts: dict[str, Any] = {
        name: value
        for name, kind in (("pid", int), ("python", str), ("django", str))
        if type(value := header.get(name)) is kind
    }
    argv = header.get("argv")
    if isinstance(argv, list):
        facts["argv"] = tuple(str(argument) for argument in argv)
    match header.get("clock"):
        case {"monotonic_ns": int(monotonic), "unix_ns": int(unix)}:
            facts["clock_offset"] = unix - monotonic
    return facts
