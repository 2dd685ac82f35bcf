"""The English words of the glossary: ``term.KEY.name``, and ``term.KEY`` in two sentences."""

from __future__ import annotations

__all__ = ["GLOSSARY"]

GLOSSARY: dict[str, str] = {
    "glossary.title": "Glossary",
    "glossary.close": "Esc closes",
    "glossary.search": "Search",
    "glossary.here": "{name}   (this step)",
    "glossary.page": "In Django's documentation: {title} ({path})",
    "glossary.count": "{n} of {total} terms",
    "glossary.nothing": "No term contains that. Delete letters, or press Esc.",
    # middleware
    "term.middleware.name": "middleware",
    "term.middleware": (
        "A layer around the view: a callable that is given the next layer as get_response and gets every request. "
        "The setting MIDDLEWARE lists the layers from the outermost to the innermost."
    ),
    "term.onion.name": "onion (middleware chain)",
    "term.onion": (
        "The layers of MIDDLEWARE as nested calls: a request goes through them inwards, the response outwards. "
        "Django builds it once, from the last entry to the first, in BaseHandler.load_middleware."
    ),
    "term.get_response.name": "get_response",
    "term.get_response": (
        "What a middleware is given when it is built: calling it with a request runs everything further in. "
        "It returns a response, never an exception, because Django converts exceptions on the way."
    ),
    "term.short_circuit.name": "short circuit",
    "term.short_circuit": (
        "A layer answers by itself instead of passing the request on, so neither deeper layers nor the view run. "
        "The response leaves only through the layers that had been entered."
    ),
    "term.middleware_not_used.name": "MiddlewareNotUsed",
    "term.middleware_not_used": (
        "An exception that a middleware may raise while it is built, to be left out of the chain. "
        "With DEBUG Django logs that, and goes on with the next entry."
    ),
    "term.process_request.name": "process_request",
    "term.process_request": (
        "The hook of a middleware on the way in, called with the request before anything further in. "
        "It returns None to go on, or a response to answer at once."
    ),
    "term.process_view.name": "process_view",
    "term.process_view": (
        "A hook that is called when the URL is resolved and the view is known, right before the view. "
        "If one returns a response, the later ones and the view are skipped."
    ),
    "term.process_exception.name": "process_exception",
    "term.process_exception": (
        "A hook that is asked when the view, or the rendering of a TemplateResponse, raises an exception. "
        "It is called from the last layer to the first until one returns a response."
    ),
    "term.process_template_response.name": "process_template_response",
    "term.process_template_response": (
        "A hook for responses with a method render(), called after the view and before rendering. "
        "It has to return such a response, and may change its template or context before."
    ),
    "term.process_response.name": "process_response",
    "term.process_response": (
        "The hook of a middleware on the way out, called with the request and the response from further in. "
        "It has to return a response: that one, changed or not, or another."
    ),
    "term.middleware_mixin.name": "MiddlewareMixin",
    "term.middleware_mixin": (
        "The base class whose __call__ calls process_request, then get_response, then process_response. "
        "A hook that the class does not have is simply left out."
    ),
    "term.exception_conversion.name": "exception conversion",
    "term.exception_conversion": (
        "convert_exception_to_response wraps every layer and turns an Exception that leaves it into a response. "
        "So the next layer outwards gets an error page like any other response."
    ),
    # handler, request, response
    "term.handler.name": "handler",
    "term.handler": (
        "The object that a server calls for each request: WSGIHandler or ASGIHandler. "
        "As a rule a process has one; it holds the chain of middleware and makes the request objects."
    ),
    "term.request.name": "request (HttpRequest)",
    "term.request": (
        "The object that stands for one request, made anew for each and handed from layer to layer. "
        "GET, POST, COOKIES and FILES are read from it only when somebody first asks for them."
    ),
    "term.response.name": "response (HttpResponse)",
    "term.response": (
        "What a view returns: a status, headers, cookies and a content. "
        "Middleware may change or replace it until it has left the outermost layer."
    ),
    "term.meta.name": "request.META",
    "term.meta": (
        "A dictionary of everything the server said about the request: for WSGI it is the environ itself. "
        "HTTP headers stand in it as HTTP_ACCEPT and the like; request.headers has their usual names."
    ),
    # URLs
    "term.urlconf.name": "URLconf",
    "term.urlconf": (
        "A module with a list urlpatterns, which maps paths to views. "
        "ROOT_URLCONF names the first; include() adds others below a prefix."
    ),
    "term.resolver.name": "resolver (URLResolver)",
    "term.resolver": (
        "The object that tries the patterns of a URLconf one after the other and returns the first match. "
        "If none matches it raises Resolver404, which is an Http404."
    ),
    "term.converter.name": "path converter",
    "term.converter": (
        "The part of a route such as <int:pk> that says which text matches and which Python value it becomes. "
        "Django has str, int, slug, uuid and path; register_converter() adds one's own."
    ),
    "term.resolver_match.name": "ResolverMatch",
    "term.resolver_match": (
        "The result of resolving a URL: the view, its arguments, the route and its name. "
        "While the view runs it is there as request.resolver_match."
    ),
    "term.append_slash.name": "APPEND_SLASH",
    "term.append_slash": (
        "A setting: CommonMiddleware redirects a URL that was not found to the same URL with a slash, if that exists. "
        "It does so on the way out, after the 404 has been made."
    ),
    # views
    "term.view.name": "view",
    "term.view": (
        "A callable that takes a request and what the URL captured, and returns a response. "
        "If it returns None, Django raises ValueError, and that becomes an error 500."
    ),
    "term.class_based_view.name": "class-based view",
    "term.class_based_view": (
        "A class whose as_view() gives a view: for each request it makes an object and calls its dispatch(). "
        "That chooses the method get(), post() and so on, and answers 405 if there is none."
    ),
    "term.decorator.name": "view decorator",
    "term.decorator": (
        "A function around a view, such as login_required; some, like csrf_protect, are made from a middleware. "
        "Those run the hooks of a middleware object of their own, for this view only."
    ),
    # templates
    "term.template.name": "template",
    "term.template": (
        "A text with variables and tags, compiled to a list of nodes that are rendered with a context. "
        "The setting TEMPLATES says which engines there are and where they look."
    ),
    "term.inheritance.name": "template inheritance",
    "term.inheritance": (
        "A template that begins with extends only fills the blocks of its parent. "
        "Rendering it renders the parent, with the child's blocks in the place of its own."
    ),
    "term.tag.name": "template tag",
    "term.tag": (
        "What stands between {% and %}: it runs Python code when its place in the template is rendered. "
        "Examples are if, for, url and csrf_token; a library adds more after load."
    ),
    "term.filter.name": "template filter",
    "term.filter": (
        "A function behind a | in a template, which changes a value before it is written. "
        "Several of them run from left to right."
    ),
    "term.context.name": "context",
    "term.context": (
        "The names and values that a template can use, as the view gives them in a dictionary. "
        "For a rendering with a request, context processors add more."
    ),
    "term.context_processor.name": "context processor",
    "term.context_processor": (
        "A function that takes the request and returns a dictionary for the context of every template. "
        "The option context_processors of TEMPLATES lists them; the one for CSRF always runs."
    ),
    "term.template_response.name": "TemplateResponse",
    "term.template_response": (
        "A response that keeps template and context and is rendered after the view has returned it. "
        "So middleware (process_template_response) and decorators can still change them."
    ),
    # database
    "term.queryset.name": "QuerySet",
    "term.queryset": (
        "A description of a database query that can be refined by filter(), order_by() and the like. "
        "It asks the database only when its result is used, and then keeps the rows."
    ),
    "term.lazy_evaluation.name": "lazy evaluation",
    "term.lazy_evaluation": (
        "Work that is put off until somebody needs the result: QuerySets, request.user, the session. "
        "So the line that pays for it may be a template's."
    ),
    "term.n_plus_one.name": "N+1 queries",
    "term.n_plus_one": (
        "One query for a list and then one more for each of its N rows, often for a related object in a loop. "
        "select_related() or prefetch_related() fetches all in one query or a few."
    ),
    "term.manager.name": "manager",
    "term.manager": (
        "The attribute of a model that makes QuerySets, usually objects. "
        "A class of one's own can add methods or leave rows out."
    ),
    "term.transaction.name": "transaction",
    "term.transaction": (
        "Statements that take effect together or not at all, between BEGIN and COMMIT or ROLLBACK. "
        "Unless one is begun, Django commits each statement by itself (autocommit)."
    ),
    "term.atomic.name": "atomic",
    "term.atomic": (
        "A context manager and decorator: its block is a transaction, committed at the end, rolled back by "
        "an exception. "
        "Inside another atomic it is a savepoint instead."
    ),
    "term.savepoint.name": "savepoint",
    "term.savepoint": (
        "A mark in a transaction to which it can be rolled back without losing what came before. "
        "An atomic inside an atomic sets one."
    ),
    "term.on_commit.name": "on_commit",
    "term.on_commit": (
        "transaction.on_commit(function) has a function called when the outermost transaction has been committed. "
        "After a rollback it is never called; outside of a transaction it is called at once."
    ),
    "term.atomic_requests.name": "ATOMIC_REQUESTS",
    "term.atomic_requests": (
        "An option of a database in DATABASES that puts every view into a transaction. "
        "Middleware runs outside of it, and so does the rendering of a TemplateResponse."
    ),
    # users, security
    "term.csrf.name": "CSRF protection",
    "term.csrf": (
        "Against forms that another site has a visitor send: an unsafe request must carry a token that fits a secret. "
        "CsrfViewMiddleware checks it in process_view and answers 403 if it does not fit."
    ),
    "term.session.name": "session",
    "term.session": (
        "Data about a visitor that the server keeps between requests, found by the key in a cookie. "
        "It is loaded when it is first used, and saved on the way out if it was modified."
    ),
    "term.cookie.name": "cookie",
    "term.cookie": (
        "A small text that a response sets (Set-Cookie) and the browser sends back with later requests (Cookie). "
        "Views read request.COOKIES and call response.set_cookie()."
    ),
    "term.lazy_user.name": "request.user",
    "term.lazy_user": (
        "The user of a request, or an AnonymousUser; AuthenticationMiddleware puts a lazy object there. "
        "The first use of it reads the session and, of a logged-in user, the database."
    ),
    "term.message.name": "message",
    "term.message": (
        "A line for the user that is shown on the next page, such as Saved. "
        "MessageMiddleware keeps it in a cookie or the session until a template has shown it."
    ),
    "term.clickjacking.name": "clickjacking protection",
    "term.clickjacking": (
        "The header X-Frame-Options forbids other sites to show a page in a frame. "
        "XFrameOptionsMiddleware sets it to DENY, or to what X_FRAME_OPTIONS says."
    ),
    "term.allowed_hosts.name": "ALLOWED_HOSTS",
    "term.allowed_hosts": (
        "The host names a site answers to; get_host() raises DisallowedHost (400) for any other. "
        "With DEBUG on and an empty list, only localhost and its like are allowed."
    ),
    "term.secure_proxy_ssl_header.name": "SECURE_PROXY_SSL_HEADER",
    "term.secure_proxy_ssl_header": (
        "Which header of a proxy says that the visitor used https, so that request.is_secure() is true. "
        "Django believes it blindly: the proxy has to remove it from what visitors send."
    ),
    "term.internal_ips.name": "INTERNAL_IPS",
    "term.internal_ips": (
        "A list of addresses that may see debugging information, as the context processor debug gives it. "
        "It restricts nothing by itself: whoever shows something has to look there."
    ),
    # around
    "term.signal.name": "signal",
    "term.signal": (
        "A message to functions (receivers) that were connected to it, such as post_save. "
        "send() calls them one after the other and waits for them."
    ),
    "term.cache.name": "cache",
    "term.cache": (
        "A store for results that are expensive to make, with keys and a time to live; CACHES sets it up. "
        "Code uses it by itself, by a template tag, by cache_page, or for whole sites by middleware."
    ),
    "term.etag.name": "ETag and 304",
    "term.etag": (
        "A header that names the version of a page; a browser that has it sends it back as If-None-Match. "
        "If it still fits, ConditionalGetMiddleware answers 304 without a body."
    ),
    "term.vary.name": "Vary",
    "term.vary": (
        "A header that names the request headers a response depends on, for example Cookie. "
        "Caches keep one copy for each value of those; patch_vary_headers() adds to it."
    ),
    "term.logging.name": "logging",
    "term.logging": (
        "Python's logging, set up by LOGGING; Django's own loggers begin with django. "
        "django.request gets responses of 400 and above, django.server the lines of runserver."
    ),
    "term.email.name": "e-mail backend",
    "term.email": (
        "The class that takes e-mails from send_mail() and the like; by default it speaks SMTP. "
        "The call returns when the backend has taken the mail: there is no queue."
    ),
    "term.locale.name": "active language",
    "term.locale": (
        "The language in which texts are translated for the current thread or task. "
        "LocaleMiddleware activates it for each request by URL, cookie, header or LANGUAGE_CODE."
    ),
    "term.streaming.name": "streaming response",
    "term.streaming": (
        "A StreamingHttpResponse makes its body while it is sent, after all middleware has been left. "
        "Its status and headers are on their way by then, so an error cannot change them."
    ),
    "term.error_pages.name": "handler404, handler500",
    "term.error_pages": (
        "Views that make the error pages if DEBUG is off; the root URLconf may name its own. "
        "There are four: handler400, handler403, handler404 and handler500."
    ),
    "term.debug.name": "DEBUG",
    "term.debug": (
        "A setting for development: errors become technical pages with code and settings, and queries are kept. "
        "In production it has to be off, since those pages show secrets."
    ),
    # servers
    "term.runserver.name": "runserver",
    "term.runserver": (
        "Django's development server: a WSGI server with a thread for each connection, that reloads changed code. "
        "Its own source says not to use it for production."
    ),
    "term.static_files.name": "static files",
    "term.static_files": (
        "Files such as CSS that belong to the site; under runserver StaticFilesHandler serves them if DEBUG is on. "
        "It stands before the chain: no middleware, no URLconf and no view run."
    ),
    "term.keep_alive.name": "keep-alive",
    "term.keep_alive": (
        "One connection is used for several requests after each other, which saves time. "
        "Under runserver that needs a Content-Length, which CommonMiddleware sets."
    ),
    "term.wsgi.name": "WSGI",
    "term.wsgi": (
        "The Python standard between web servers and synchronous applications (PEP 3333). "
        "The server calls the application with environ and start_response, and sends what it returns."
    ),
    "term.environ.name": "environ",
    "term.environ": (
        "The dictionary with which a WSGI server describes a request: method, path, headers, the body as a stream. "
        "Django keeps it as request.META."
    ),
    "term.start_response.name": "start_response",
    "term.start_response": (
        "The function with which a WSGI application gives status and headers to the server. "
        "The server stores them and sends them with the first part of the body."
    ),
    "term.asgi.name": "ASGI",
    "term.asgi": (
        "The standard between web servers and asynchronous applications. "
        "The server awaits the application with scope, receive and send; the response goes out as messages."
    ),
    "term.scope.name": "scope",
    "term.scope": (
        "The dictionary with which an ASGI server describes a connection: type, path, headers. "
        "Django serves the type http only; the body comes through receive."
    ),
    "term.sync_to_async.name": "sync_to_async",
    "term.sync_to_async": (
        "It makes an awaitable function of a synchronous one, by running it in a thread. "
        "By default such calls of one request share a thread, so they run one after the other."
    ),
    "term.async_to_sync.name": "async_to_sync",
    "term.async_to_sync": (
        "It makes a normal function of an asynchronous one, by running it in an event loop until it is done. "
        "The thread that called it waits."
    ),
    "term.test_client.name": "test client",
    "term.test_client": (
        "An object for tests that calls the handler with made-up requests, without a server and a socket. "
        "It goes through all middleware; by default CSRF checks are switched off."
    ),
}
