"""The English words of what is often believed of Django: ``myth.KEY``, and ``myth.KEY.truth``."""

from __future__ import annotations

__all__ = ["MYTHS"]

MYTHS: dict[str, str] = {
    "myth.handler_per_request": "For each request Django makes a new handler.",
    "myth.handler_per_request.truth": "One handler serves all requests of a process; only the request object is new.",
    "myth.server_makes_request": "runserver parses the request into an HttpRequest.",
    "myth.server_makes_request.truth": (
        "It only makes an environ of line and headers; the HttpRequest is made by WSGIHandler.__call__."
    ),
    "myth.static_through_debug": "In production DEBUG = True makes Django serve static files.",
    "myth.static_through_debug.truth": (
        "Only runserver serves them like this; DEBUG in production shows settings and code to visitors."
    ),
    "myth.hookless_is_skipped": "A middleware without this hook is skipped.",
    "myth.hookless_is_skipped.truth": (
        "Only this call is left out; to leave the chain it has to raise MiddlewareNotUsed."
    ),
    "myth.all_responses_run": "If process_request answers, the process_response of all middleware run.",
    "myth.all_responses_run.truth": "Only those of layers that were entered; the deeper ones never see the request.",
    "myth.middleware_outside": "Middleware stands between the web server and Django.",
    "myth.middleware_outside.truth": "It is part of the application: Django's handler builds and calls it.",
    "myth.proxy_checked": "SECURE_PROXY_SSL_HEADER checks whether the proxy is secure.",
    "myth.proxy_checked.truth": (
        "It checks nothing: Django believes that header, whoever sent it. The proxy has to strip it."
    ),
    "myth.slash_on_the_way_in": "CommonMiddleware appends the slash on the way in.",
    "myth.slash_on_the_way_in.truth": (
        "It does so on the way out, and only of a 404 (or together with a redirect to www)."
    ),
    "myth.hosts_always_checked": "Django checks ALLOWED_HOSTS for every request.",
    "myth.hosts_always_checked.truth": "Only where get_host() is called; in the default list that is CommonMiddleware.",
    "myth.session_is_loaded": "SessionMiddleware loads the session.",
    "myth.session_is_loaded.truth": "It only keeps the key; the first look into request.session loads it.",
    "myth.user_is_loaded": "AuthenticationMiddleware reads the user from the database.",
    "myth.user_is_loaded.truth": (
        "It only stores a lazy object; the first use of request.user asks session and database."
    ),
    "myth.csrf_raises": "If the CSRF cookie is missing, process_view raises an exception.",
    "myth.csrf_raises.truth": "It returns a 403, which is a short circuit; and GET needs no cookie.",
    "myth.csrf_cookie_always": "CsrfViewMiddleware sets its cookie on every response.",
    "myth.csrf_cookie_always.truth": "Only if a token was asked for in this request, or the secret was changed.",
    "myth.one_cache_class": "CacheMiddleware is the way to cache a site.",
    "myth.one_cache_class.truth": (
        "It is for simple sites; usually UpdateCacheMiddleware stands first and FetchFromCacheMiddleware last."
    ),
    "myth.urls_are_expressions": "URLs are matched by regular expressions.",
    "myth.urls_are_expressions.truth": "Those of re_path() are; path() has converters such as <int:pk>.",
    "myth.not_found_is_asked": "A 404 can be handled in process_exception.",
    "myth.not_found_is_asked.truth": "Not this one: the URLconf raised it before there was a view.",
    "myth.first_pass": "process_view runs in the same pass as process_request.",
    "myth.first_pass.truth": "It is a second pass, after all layers were entered and the URL was resolved.",
    "myth.missing_method": "If a view has no branch for a method, Django answers 405.",
    "myth.missing_method.truth": "A function that returns None is an error 500; class-based views answer 405.",
    "myth.hooks_see_all_errors": "process_exception sees every exception.",
    "myth.hooks_see_all_errors.truth": (
        "Only those of the view and of rendering: not of middleware, not of the URLconf."
    ),
    "myth.raise_ends_asking": "A process_exception that raises is passed over.",
    "myth.raise_ends_asking.truth": "Its exception leaves the loop: nobody else is asked.",
    "myth.render_is_late": "Django renders the template after the view has returned.",
    "myth.render_is_late.truth": "render() does it inside the view; only a TemplateResponse is rendered afterwards.",
    "myth.response_list": "Django keeps a list of process_response hooks and runs it backwards.",
    "myth.response_list.truth": (
        "There is no such list: the layers are nested calls, and each returns to the one outside."
    ),
    "myth.exception_flies": "An exception goes up through all middleware.",
    "myth.exception_flies.truth": (
        "It becomes a response right where it leaves a layer; outside, nobody sees the exception."
    ),
    "myth.queryset_runs_at_once": "objects.filter() asks the database.",
    "myth.queryset_runs_at_once.truth": "It only describes the query; iterating, len(), bool() and the like run it.",
    "myth.transaction_per_request": "Django puts each request into a transaction.",
    "myth.transaction_per_request.truth": "Only with ATOMIC_REQUESTS, and then the view, not the middleware.",
    "myth.signals_are_later": "Receivers of a signal run in the background.",
    "myth.signals_are_later.truth": "send() calls them and waits, in the middle of the code that sends.",
    "myth.mail_is_later": "send_mail() only queues the e-mail.",
    "myth.mail_is_later.truth": "It calls the backend at once, and the visitor waits.",
    "myth.async_is_faster": "Async makes code run faster.",
    "myth.async_is_faster.truth": (
        "It lets one thread wait for many things; each change between sync and async costs time."
    ),
    "myth.logging_middleware": "Django's logging middleware writes the requests to the log.",
    "myth.logging_middleware.truth": (
        "There is none: the handler logs 400 and above, runserver the lines of all requests."
    ),
    "myth.start_sends": "start_response sends the headers.",
    "myth.start_sends.truth": "The server only stores them, until the first part of the body comes.",
    "myth.body_is_there": "process_response always gets the finished body.",
    "myth.body_is_there.truth": "Of a StreamingHttpResponse there is no body yet: it is made here.",
    "myth.log_after_close": "runserver writes its line when the request is over.",
    "myth.log_after_close.truth": "It writes it first; then comes close(), and with it request_finished.",
    "myth.cache_answers": "With CACHES set, Django caches pages by itself.",
    "myth.cache_answers.truth": (
        "Pages are cached only by the cache middleware or cache_page; else the code has to ask."
    ),
}
