"""Names the pages of Django's documentation where a reader finds more, by their titles."""

from __future__ import annotations

from enum import Enum

__all__ = ["Page"]


class Page(Enum):
    """A page: its title, and its place below ``docs.djangoproject.com/en/VERSION/``."""

    def __init__(self, path: str, title: str) -> None:
        self.path = path
        self.title = title

    ASYNC = "topics/async", "Asynchronous support"
    AUTH = "topics/auth/default", "Using the Django authentication system"
    BUILTINS = "ref/templates/builtins", "Built-in template tags and filters"
    CACHE = "topics/cache", "Django's cache framework"
    CLASS_BASED_VIEWS = "topics/class-based-views", "Class-based views"
    CLICKJACKING = "ref/clickjacking", "Clickjacking Protection"
    CONDITIONAL = "topics/conditional-view-processing", "Conditional View Processing"
    CSP = "ref/csp", "Content Security Policy"
    CSRF = "ref/csrf", "Cross Site Request Forgery protection"
    DECORATORS = "topics/http/decorators", "View decorators"
    DEPLOY_ASGI = "howto/deployment/asgi", "How to deploy with ASGI"
    DEPLOY_WSGI = "howto/deployment/wsgi", "How to deploy with WSGI"
    DJANGO_ADMIN = "ref/django-admin", "django-admin and manage.py"
    EMAIL = "topics/email", "Sending email"
    ERROR_REPORTING = "howto/error-reporting", "How to manage error reporting"
    EXCEPTIONS = "ref/exceptions", "Django Exceptions"
    FLATPAGES = "ref/contrib/flatpages", "The flatpages app"
    LOGGING = "topics/logging", "Logging"
    MANAGERS = "topics/db/managers", "Managers"
    MESSAGES = "ref/contrib/messages", "The messages framework"
    MIDDLEWARE = "topics/http/middleware", "Middleware"
    MIDDLEWARE_REFERENCE = "ref/middleware", "Middleware"
    OPTIMIZATION = "topics/db/optimization", "Database access optimization"
    QUERIES = "topics/db/queries", "Making queries"
    REDIRECTS = "ref/contrib/redirects", "The redirects app"
    REMOTE_USER = "howto/auth-remote-user", "How to authenticate using REMOTE_USER"
    REQUEST_RESPONSE = "ref/request-response", "Request and response objects"
    SECURITY = "topics/security", "Security in Django"
    SESSIONS = "topics/http/sessions", "How to use sessions"
    SETTINGS = "ref/settings", "Settings"
    SHORTCUTS = "topics/http/shortcuts", "Django shortcut functions"
    SIGNALS = "topics/signals", "Signals"
    SITES = "ref/contrib/sites", 'The "sites" framework'
    STATICFILES = "ref/contrib/staticfiles", "The staticfiles app"
    TEMPLATE_API = "ref/templates/api", "The Django template language: for Python programmers"
    TEMPLATE_LANGUAGE = "ref/templates/language", "The Django template language"
    TEMPLATE_RESPONSE = "ref/template-response", "TemplateResponse and SimpleTemplateResponse"
    TEMPLATES = "topics/templates", "Templates"
    TESTING = "topics/testing/tools", "Testing tools"
    TRANSACTIONS = "topics/db/transactions", "Database transactions"
    TRANSLATION = "topics/i18n/translation", "Translation"
    URL_UTILITIES = "ref/urlresolvers", "django.urls utility functions"
    URLS = "topics/http/urls", "URL dispatcher"
    VIEWS = "topics/http/views", "Writing views"
