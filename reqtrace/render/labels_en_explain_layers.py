"""The English words of the commentary on the middleware that Django brings along."""

from __future__ import annotations

__all__ = ["EXPLAIN_LAYERS"]

EXPLAIN_LAYERS: dict[str, str] = {
    "explain.known.security.in.does": (
        "It redirects a request that is not secure to https, if SECURE_SSL_REDIRECT is on."
    ),
    "explain.known.security.in.order": (
        "It stands near the top of MIDDLEWARE, so that a redirect to https costs no session and no database."
    ),
    "explain.known.security.in.setting": (
        "Behind a proxy it knows of https only what SECURE_PROXY_SSL_HEADER tells Django to believe."
    ),
    "explain.known.security.out.does": (
        "It adds security headers where the response has none of its own: nosniff, Referrer-Policy, opener "
        "policy, HSTS."
    ),
    "explain.known.security.out.setting": (
        "The SECURE_ settings choose the values; HSTS is sent on secure requests only, if SECURE_HSTS_SECONDS is set."
    ),
    "explain.known.session.in.does": (
        "It read the key in the session cookie and made request.session for it; nothing has been loaded yet."
    ),
    "explain.known.session.in.order": (
        "It has to stand above whatever uses request.session: authentication, and messages that are kept there."
    ),
    "explain.known.session.in.setting": (
        "SESSION_ENGINE says where sessions are kept, and so whether loading one takes SQL."
    ),
    "explain.known.session.out.does": (
        "A session that was modified is saved and its cookie set; any that was accessed adds Vary: Cookie."
    ),
    "explain.known.session.out.otherwise": "Had the status been 500 or more, no session would be saved.",
    "explain.known.session.out.setting": "SESSION_SAVE_EVERY_REQUEST would save it each time, unless it is empty.",
    "explain.known.common.in.does": (
        "It refuses DISALLOWED_USER_AGENTS, has the host checked by get_host(), and redirects for PREPEND_WWW."
    ),
    "explain.known.common.in.otherwise": (
        "A host that ALLOWED_HOSTS does not allow would have raised DisallowedHost here: status 400."
    ),
    "explain.known.common.in.setting": "ALLOWED_HOSTS, PREPEND_WWW and DISALLOWED_USER_AGENTS decide.",
    "explain.known.common.out.does": (
        "It sets Content-Length if there is none and the response is not streaming; a 404 it may turn into a redirect."
    ),
    "explain.known.common.out.setting": (
        "With APPEND_SLASH it redirects a 404 to the same path with a slash, if that leads to a view."
    ),
    "explain.known.broken_links.out.does": "It mails the managers about a 404 that was reached by a link.",
    "explain.known.broken_links.out.setting": "It does so only with DEBUG off, and not for IGNORABLE_404_URLS.",
    "explain.known.csrf.in.does": (
        "It only read the secret of the CSRF cookie (or of the session); the check comes later, in process_view."
    ),
    "explain.known.csrf.in.order": "It has to come before any view middleware that relies on CSRF having been checked.",
    "explain.known.csrf.in.setting": (
        "CSRF_USE_SESSIONS keeps the secret in the session; then SessionMiddleware has to be above."
    ),
    "explain.known.csrf.view.does": (
        "It lets GET, HEAD, OPTIONS and TRACE pass, and csrf_exempt views; of the rest it wants a token that fits."
    ),
    "explain.known.csrf.view.otherwise": (
        "A request that fails is answered with 403 right here, and the view never runs."
    ),
    "explain.known.csrf.view.setting": (
        "An Origin header has to be the site's own or be in CSRF_TRUSTED_ORIGINS; CSRF_FAILURE_VIEW makes the 403."
    ),
    "explain.known.csrf.out.does": (
        "It sets the CSRF cookie if a token was asked for in this request, as csrf_token in a form does, or "
        "was rotated."
    ),
    "explain.known.csrf.out.setting": "With CSRF_USE_SESSIONS the secret goes into the session instead of a cookie.",
    "explain.known.auth.in.does": (
        "It put a lazy object into request.user (and request.auser); who that is, is asked when somebody uses it."
    ),
    "explain.known.auth.in.order": (
        "It has to stand below SessionMiddleware: without request.session it raises an error."
    ),
    "explain.known.auth.in.setting": "AUTHENTICATION_BACKENDS name the code that will be asked for the user.",
    "explain.known.login_required.view.does": (
        "It lets logged-in users pass, and views marked with login_not_required; all others go to the login page."
    ),
    "explain.known.login_required.view.order": (
        "It has to stand below AuthenticationMiddleware, since it uses request.user: here that is evaluated."
    ),
    "explain.known.login_required.view.setting": "LOGIN_URL names the login page, unless the view has its own.",
    "explain.known.remote_user.in.does": "It logs in the user that the web server names in REMOTE_USER.",
    "explain.known.remote_user.in.order": "It has to stand below AuthenticationMiddleware: it needs request.user.",
    "explain.known.messages.in.does": (
        "It makes the storage in which messages.info() and the like keep what a page shows."
    ),
    "explain.known.messages.in.order": (
        "It has to stand below SessionMiddleware if the storage uses sessions, as the default may."
    ),
    "explain.known.messages.in.setting": (
        "MESSAGE_STORAGE says where: by default a cookie, and the session if that is full."
    ),
    "explain.known.messages.out.does": (
        "It stores the messages that were added and not yet shown; those a template iterated over are gone."
    ),
    "explain.known.messages.out.setting": "MESSAGE_STORAGE says where they are kept until the next request.",
    "explain.known.xframe.in.does": "Its work is on the way out.",
    "explain.known.xframe.out.does": (
        "It sets X-Frame-Options unless the response has that header or its view is xframe_options_exempt."
    ),
    "explain.known.xframe.out.setting": "X_FRAME_OPTIONS gives the value: DENY if nothing else is set.",
    "explain.known.locale.in.does": (
        "It chose the language by URL prefix, cookie, Accept-Language header or LANGUAGE_CODE, and activated it."
    ),
    "explain.known.locale.in.order": (
        "It has to stand above CommonMiddleware, which needs the language to resolve a URL with a language prefix."
    ),
    "explain.known.locale.in.setting": "LANGUAGES lists what can be chosen; LANGUAGE_CODE is the last resort.",
    "explain.known.locale.out.does": (
        "It sets Content-Language and varies by Accept-Language; a 404 it may redirect to the path with a language."
    ),
    "explain.known.locale.out.setting": "Such redirects need i18n_patterns() in the URLconf.",
    "explain.known.gzip.out.does": (
        "It compresses the body if the client accepts gzip, it has 200 bytes or more (or streams), and gets shorter."
    ),
    "explain.known.gzip.out.order": (
        "It has to stand above whatever changes the body, and below UpdateCacheMiddleware, because it changes Vary."
    ),
    "explain.known.gzip.out.otherwise": "If the client does not say that it accepts gzip, the body stays as it is.",
    "explain.known.conditional.out.does": (
        "For GET it sets an ETag, and answers 304 without a body if the client has that version already."
    ),
    "explain.known.conditional.out.order": (
        "The view has run all the same: what is spared is the sending, not the making of the page."
    ),
    "explain.known.update_cache.in.does": "Its work is on the way out.",
    "explain.known.update_cache.out.does": (
        "It stores the page for the next visitor: GET or HEAD, status 200, not streaming, not private."
    ),
    "explain.known.update_cache.out.order": (
        "It stands at the top of MIDDLEWARE, so that on the way out it comes last and stores the finished page."
    ),
    "explain.known.update_cache.out.setting": (
        "CACHE_MIDDLEWARE_SECONDS says how long, unless Cache-Control: max-age does."
    ),
    "explain.known.fetch_cache.in.does": (
        "It looks for the finished page in the cache; if it is there, that is the answer."
    ),
    "explain.known.fetch_cache.in.order": (
        "It stands at the bottom of MIDDLEWARE, so that on the way in it comes last, when the key can be known."
    ),
    "explain.known.fetch_cache.in.setting": (
        "CACHE_MIDDLEWARE_ALIAS names the cache, CACHE_MIDDLEWARE_KEY_PREFIX the key."
    ),
    "explain.known.cache.in.does": "It looks for the finished page in the cache; if it is there, that is the answer.",
    "explain.known.cache.out.does": "It stores the page for the next visitor, if it may be stored.",
    "explain.known.cache.out.setting": "CACHE_MIDDLEWARE_SECONDS says how long, unless Cache-Control: max-age does.",
    "explain.known.current_site.in.does": "It put the current site into request.site.",
    "explain.known.current_site.in.setting": "SITE_ID says which; without it the host of the request does.",
    "explain.known.flatpages.out.does": (
        "If the status is 404 it looks for a flat page with this URL and gives that instead."
    ),
    "explain.known.flatpages.out.order": (
        "It comes on the way out only: first every URL pattern has its chance, then the flat pages."
    ),
    "explain.known.redirects.out.does": "If the status is 404 it looks in the database for a redirect from this path.",
    "explain.known.redirects.out.order": (
        "It comes on the way out only: first every URL pattern has its chance, then the redirects."
    ),
    "explain.known.xview.view.does": (
        "It answers HEAD requests of staff and from INTERNAL_IPS with a header X-View that names the view."
    ),
    "explain.known.xview.view.order": "It has to stand below AuthenticationMiddleware: it needs request.user.",
    "explain.known.csp.in.does": (
        "It prepared a nonce for the Content-Security-Policy, made only if a template uses it."
    ),
    "explain.known.csp.out.does": "It sets the Content-Security-Policy headers that the response does not have yet.",
    "explain.known.csp.out.setting": "SECURE_CSP and SECURE_CSP_REPORT_ONLY are the policies.",
}
