"""The site of ``agent_site`` under another tool: ``python comparison_site.py TOOL``, driven over stdin and stdout.

Each tool is set up as its own documentation says for development, with nothing sent anywhere.
"""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import agent_site
from django.conf import settings


def bare(options):
    pass


def traced(options):
    from reqtrace.agent.install import install

    install()


deep = traced


def viztracer(options):
    from viztracer import VizTracer

    options["tracer"] = VizTracer(tracer_entries=1_000_000, verbose=0)
    options["tracer"].start()


def opentelemetry(options):
    from opentelemetry import trace
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    class Discard(SpanExporter):
        def export(self, spans):
            return SpanExportResult.SUCCESS

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(Discard()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()


def sentry(options):
    import sentry_sdk
    from sentry_sdk.integrations.django import DjangoIntegration
    from sentry_sdk.transport import Transport

    class Discard(Transport):
        def capture_envelope(self, envelope):
            pass

    sentry_sdk.init(
        dsn="http://key@127.0.0.1:9/1",
        transport=Discard,
        traces_sample_rate=1.0,
        integrations=[DjangoIntegration(middleware_spans=True)],
    )


def toolbar(options):
    """Its middleware is in the settings already (``settings_with``)."""


def settings_with(tool):
    """Have ``agent_site`` configure its settings with what the tool needs."""

    def configure(**options):
        if tool == "toolbar":
            options["INSTALLED_APPS"] += ["django.contrib.staticfiles", "debug_toolbar"]
            options["MIDDLEWARE"].insert(0, "debug_toolbar.middleware.DebugToolbarMiddleware")
            options["STATIC_URL"] = "static/"
            options["DEBUG_TOOLBAR_CONFIG"] = {"SHOW_TOOLBAR_CALLBACK": lambda request: True, "IS_RUNNING_TESTS": False}
            options["TEMPLATES"][0]["APP_DIRS"] = False
            loaders = options["TEMPLATES"][0]["OPTIONS"]["loaders"][0][1]
            loaders.append("django.template.loaders.app_directories.Loader")
        settings.configure(**options)

    agent_site.settings = SimpleNamespace(configure=configure)


EARLY = ("traced", "deep", "sentry")
"""Tools that want to be there before Django is set up."""


def main():
    tool, options = sys.argv[1], {}
    settings_with(tool)
    if tool in EARLY:
        globals()[tool](options)
    agent_site.configure()
    agent_site.fill()
    if tool == "toolbar":
        from django.urls import include, path

        agent_site.urlpatterns.append(path("__debug__/", include("debug_toolbar.urls")))
    if tool not in EARLY:
        globals()[tool](options)
    from django.core.handlers.wsgi import WSGIHandler

    application = WSGIHandler()
    for line in sys.stdin:
        path, milliseconds = line.split()
        sys.stdout.write(json.dumps(agent_site.run_block(application, path, int(milliseconds))) + "\n")
        sys.stdout.flush()


main()
