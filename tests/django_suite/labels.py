"""Which of Django's tests run under instrumentation: those that make requests, or are about what a request meets."""

from __future__ import annotations

ALL = (
    # The request's own path.
    *("handlers", "middleware", "middleware_exceptions", "asgi", "wsgi", "async", "servers", "builtin_server"),
    *("urlpatterns", "urlpatterns_reverse", "resolve_url", "requests_tests", "responses", "httpwrappers", "shortcuts"),
    *("view_tests", "generic_views", "decorators", "conditional_processing", "get_object_or_404", "deprecation"),
    # What middleware of Django's brings along.
    *("csrf_tests", "sessions_tests", "messages_tests", "auth_tests", "cache", "i18n", "timezones"),
    *("signed_cookies_tests", "redirects_tests", "flatpages_tests", "sites_tests", "sites_framework"),
    *("staticfiles_tests", "contenttypes_tests"),
    # Templates, the database and what else a view asks.
    *("template_tests", "template_backends", "template_loader", "context_processors"),
    *("backends", "db_utils", "transactions", "transaction_hooks"),
    *("files", "file_uploads", "mail", "signals", "dispatch", "logging_tests", "settings_tests"),
    # Sites made of all that, and the clients that visit them.
    *("admin_views", "admin_docs", "admin_changelist", "admin_utils", "admin_custom_urls"),
    *("syndication_tests", "sitemaps_tests", "test_client", "test_client_regress", "test_exceptions", "test_utils"),
    *("utils_tests", "user_commands"),
)

QUICK = (
    "asgi async handlers middleware_exceptions wsgi test_exceptions",
    "servers staticfiles_tests.test_handlers template_tests.test_response context_processors conditional_processing",
    "test_client test_client_regress messages_tests csrf_tests decorators",
    "logging_tests urlpatterns requests_tests shortcuts transaction_hooks view_tests.tests.test_debug.DebugViewTests",
)
"""What is done in less than a minute, bare and traced: each line in one process, as starting one takes the longest."""
