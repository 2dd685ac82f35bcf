"""The English words of the commentary on both ends of a request, and on what runs inside other code."""

from __future__ import annotations

__all__ = ["EXPLAIN_INSIDE"]

EXPLAIN_INSIDE: dict[str, str] = {
    # received
    "explain.sort.received.order": (
        "Each layer of MIDDLEWARE wraps those below it: the request goes down the list, the response comes back up."
    ),
    "explain.sort.received.otherwise": "Were MIDDLEWARE empty, the URL would be resolved at once.",
    "explain.sort.received.setting": "MIDDLEWARE was read once, when the chain was loaded, and not for this request.",
    "explain.received.what": "{handler} got {method} {path} and made the request object of it.",
    "explain.received.entry.wsgi.caller": (
        "The server called {handler}.__call__ with environ and start_response, as WSGI wants it."
    ),
    "explain.received.entry.asgi.caller": (
        "The server awaited {handler}.__call__ with scope, receive and send, as ASGI wants it."
    ),
    "explain.received.entry.client.caller": "The test client called it: no server and no socket are involved.",
    "explain.received.entry.direct.caller": "Some code called get_response itself, with a request of its own.",
    "explain.why.received.result": "It calls the outermost of {layers:layers} now: {next}.",
    "explain.why.received.no_layers.result": "No middleware is installed, so the URL is resolved at once.",
    "explain.received.static.what": "{handler} got {method} {path}, and its path begins with STATIC_URL.",
    "explain.received.static.caller": "runserver had put {handler} around the site's own handler.",
    "explain.why.received.static.result": "It serves the file itself: no middleware runs, no URLconf, no view.",
    "explain.received.static.otherwise": (
        "With another path, or behind another server, the site's own handler would have got the request."
    ),
    "explain.received.static.order": (
        "It stands before the chain, so nothing in MIDDLEWARE can protect or change the file."
    ),
    "explain.received.static.setting": (
        "runserver does so if staticfiles is installed and DEBUG is on (or --insecure), unless --nostatic is given."
    ),
    "explain.received.server.what": "The server read a request line, and Django got nothing of it.",
    "explain.why.received.server.result": "The server answered by itself: no middleware, no URLconf, no view.",
    "explain.why.received.refused.what": "The server read a request line that it does not take: {reason}.",
    "explain.why.received.refused.result": (
        "It answered {status} by itself, before Django's handler was called: no middleware, no URLconf, no view."
    ),
    "explain.received.tls.what": "The server read the first bytes of TLS, as https:// sends them, as a request.",
    "explain.why.received.tls.result": "It answered {status}, which a browser cannot read there: ask http:// instead.",
    "explain.received.tls.order": "The server comes first: what it refuses never reaches MIDDLEWARE.",
    "explain.received.tls.setting": "runserver speaks no TLS, and no setting of Django's changes that.",
    "explain.why.received.in_front.what": "WSGI_APPLICATION names an application that stands before Django's handler.",
    "explain.why.received.in_front.result": "It answered {status} and did not call Django: no middleware, no view.",
    "explain.why.received.in_front.setting": "WSGI_APPLICATION says which application runserver calls.",
    "explain.why.received.server_open.result": "So far Django has nothing of it.",
    "explain.received.server.otherwise": (
        "A line the server accepts becomes the environ, and the handler is called with it."
    ),
    "explain.received.server.order": "The server comes first: what it refuses never reaches MIDDLEWARE.",
    "explain.received.server.setting": "No setting of Django's changes what the server refuses.",
    # SQL
    "explain.sort.sql.caller": "{function} asked for it, in {file} line {line}.",
    "explain.sort.sql.caller.no_line": "No line of the project stands behind it: Django or a package asked.",
    "explain.sort.sql.order": (
        "A QuerySet is lazy: its statement runs where the result is used, not where it is written."
    ),
    "explain.sort.sql.otherwise": "A QuerySet whose result nobody uses sends no statement at all.",
    "explain.sql.what": "A statement went to the database '{alias}', and the code that asked waited for the answer.",
    "explain.sql.result": "The rows go to the code that asked; the path of the request does not change.",
    "explain.why.sql.repeated.what": "The same statement went to the database '{alias}' {repeat} times in a row.",
    "explain.why.sql.repeated.otherwise": (
        "If only a value differs, select_related() or prefetch_related() often fetches all of it in one or two."
    ),
    "explain.why.sql.one_of_many.what": (
        "The same statement went to the database '{alias}' {repeat} times in this request: this is N+1."
    ),
    "explain.why.sql.one_of_many.otherwise": (
        "select_related() or prefetch_related() fetches what a loop needs in one or two statements."
    ),
    "explain.why.sql.in_template.caller": "The template {template} used something that was not fetched yet.",
    "explain.why.sql.in_body.result": (
        "It ran while the body was sent: every layer has been left, and an error could not become an error page."
    ),
    "explain.sql.failed.what": "The database '{alias}' refused a statement: {error}.",
    "explain.sql.failed.result": (
        "The exception goes to the code that asked; inside atomic the transaction is broken now."
    ),
    # templates
    "explain.sort.template.order": (
        "A parent named by extends is rendered inside its child, so the picture shows a template in a template."
    ),
    "explain.sort.template.otherwise": (
        "A variable that does not exist gives an empty text and no error, if nothing else is configured."
    ),
    "explain.sort.template.setting": "TEMPLATES says where templates are found and which context processors there are.",
    "explain.template.what": "The template {template} was rendered into text.",
    "explain.template.result": "The text goes to whoever had it rendered; it is no response and not sent yet.",
    "explain.why.template.view.caller": "The view {view} had it rendered.",
    "explain.why.template.nested.caller": "The template {outer} extends or includes it.",
    "explain.why.template.late.caller": (
        "It is the template of a TemplateResponse, rendered after the view had returned it."
    ),
    "explain.why.template.error_page.caller": "It is the error page that Django made of an exception.",
    "explain.why.template.hook.caller": "{hook} of {layer} had it rendered.",
    "explain.why.template.layer.caller": "The code of {layer} had it rendered.",
    "explain.why.template.body.caller": "It was rendered while the body was sent.",
    "explain.why.template.elsewhere.caller": "It was rendered outside of view and hooks.",
    "explain.template.raised.what": "Rendering the template {template} raised an exception.",
    "explain.template.raised.result": (
        "It goes to whoever had it rendered: for the render() of a view, it is the view that raises."
    ),
    "explain.template.running.what": "The template {template} is being rendered at this moment.",
    "explain.template.running.result": "The text goes to whoever had it rendered.",
    "explain.context_processors.what": "{processors:processors} added {names} to the context.",
    "explain.context_processors.what.empty": "{processors:processors} ran and added nothing to the context.",
    "explain.sort.context_processors.caller": "RequestContext.bind_template called them when rendering began.",
    "explain.sort.context_processors.result": (
        "The template can use these names; what the view put there wins over them."
    ),
    "explain.sort.context_processors.order": "They run in the order of the setting; that of csrf always comes first.",
    "explain.sort.context_processors.otherwise": "A template that is rendered without the request gets none of them.",
    "explain.sort.context_processors.setting": "TEMPLATES lists them in its OPTIONS, as context_processors.",
    "explain.sort.tag.caller": "A template is a list of nodes, and Node.render_annotated renders one after the other.",
    "explain.sort.tag.order": (
        "Tags run in the order of the template, and only where rendering comes by: not in a false if."
    ),
    "explain.sort.tag.otherwise": "A tag that raises ends the rendering of the whole page.",
    "explain.tag.what": "The tag {tag} of the template {template}, line {line}, was rendered.",
    "explain.tag.result": "What it returned is put into the page where the tag stands.",
    "explain.tag.running.what": "The tag {tag} of the template {template}, line {line}, is being rendered.",
    "explain.tag.running.result": "What it returns is put into the page where the tag stands.",
    "explain.tag.raised.what": "The tag {tag} of the template {template}, line {line}, raised {error}.",
    "explain.tag.raised.result": "The exception goes up through the templates to whoever had the page rendered.",
    "explain.filters.what": "A variable went through its filters: {list}.",
    "explain.sort.filters.caller": "FilterExpression.resolve looked the variable up and called them.",
    "explain.sort.filters.result": "What the last one returns is written, escaped for HTML if autoescape is on.",
    "explain.sort.filters.order": "They run from left to right; each gets what the one before returned.",
    "explain.sort.filters.otherwise": (
        "A variable that does not exist counts as an empty text, if nothing else is configured."
    ),
    "explain.filters.failed.what": "A filter raised {error}: the filters of this variable are {list}.",
    "explain.filters.failed.result": "The exception goes up through the templates to whoever had the page rendered.",
    # decorators, look-ups, transactions, hops
    "explain.sort.decorator_hook.caller": (
        "decorator_from_middleware made this middleware when the function was decorated: it is in no chain."
    ),
    "explain.sort.decorator_hook.result": "It let what is decorated go on.",
    "explain.sort.decorator_hook.order": (
        "It runs around what it decorates: long after the layers were entered, and before they are left."
    ),
    "explain.sort.decorator_hook.otherwise": (
        "Taking a middleware of that name out of MIDDLEWARE would not stop this one."
    ),
    "explain.decorator_hook.what": "The decorator @{decorator} ran {hook} of a {middleware} of its own.",
    "explain.decorator_hook.what.undecorated": "A decorator ran {hook} of a {middleware} of its own.",
    "explain.decorator_hook.running.what": "{hook} of a decorator's own {middleware} runs at this moment.",
    "explain.decorator_hook.running.result": "If it returns None, what is decorated goes on.",
    "explain.decorator_hook.answered.what": (
        "The decorator's own {middleware} answered in {hook}, with status {status}."
    ),
    "explain.decorator_hook.answered.result": "So what is decorated is not called; all layers get this response.",
    "explain.decorator_hook.raised.what": "The decorator's own {middleware} raised {error} in {hook}.",
    "explain.decorator_hook.raised.result": "The exception leaves the decorated function, as if that had raised it.",
    "explain.why.decorator_hook.error_page.caller": (
        "Django's error pages are decorated with requires_csrf_token, which makes a middleware of its own."
    ),
    "explain.sort.look-up.order": (
        "It is not the resolution of the request: that is resolve_request, before process_view."
    ),
    "explain.sort.look-up.result": "Only whoever asked gets the answer; the view of the request does not change.",
    "explain.sort.look-up.otherwise": "Without the question the request would take the same path up to here.",
    "explain.lookup.what": "Somebody asked whether {path} leads to a view: it does.",
    "explain.lookup.nothing.what": "Somebody asked whether {path} leads to a view: it does not.",
    "explain.why.lookup.caller": "{function} asked, in {file} line {line}.",
    "explain.why.lookup.caller.no_line": "Who asked is not known.",
    "explain.why.lookup.append_slash.caller": (
        "CommonMiddleware asked, because of a 404 for a path without a slash at its end."
    ),
    "explain.why.lookup.append_slash.result": (
        "It redirects if the path as it came leads nowhere and the same path with a slash leads to a view."
    ),
    "explain.why.lookup.append_slash.setting": "APPEND_SLASH = False switches this off.",
    "explain.why.lookup.locale.caller": "LocaleMiddleware asked, because of a 404 for a path without a language.",
    "explain.why.lookup.locale.result": "It redirects if the same path with the language in front leads to a view.",
    "explain.why.lookup.debug.caller": "The technical 404 page asked, to tell which view raised the 404.",
    "explain.why.lookup.admin.caller": "The admin's catch_all_view asked, to decide whether a slash would help.",
    "explain.why.lookup.admin.result": "It redirects if the same path with a slash leads to a view.",
    "explain.sort.transaction.order": (
        "The outermost atomic is a transaction, an atomic inside it a savepoint; both end where their block ends."
    ),
    "explain.sort.transaction.otherwise": "Without atomic Django commits each statement by itself: that is autocommit.",
    "explain.transaction.begin.what": "A transaction began on the database '{alias}'.",
    "explain.why.transaction.begin.caller": "{function} entered atomic, in {file} line {line}.",
    "explain.why.transaction.begin.caller.no_line": "No line of the project stands behind it.",
    "explain.why.transaction.begin_atomic_requests.caller": (
        "Django put it around the view, because ATOMIC_REQUESTS is set for '{alias}'."
    ),
    "explain.transaction.begin.result": "What is changed from here on is kept as a whole or not at all.",
    "explain.transaction.commit.what": "The transaction on the database '{alias}' was committed.",
    "explain.transaction.commit.result": (
        "Its changes are there for everybody now, and what waited in on_commit() runs."
    ),
    "explain.transaction.rollback.what": "The transaction on the database '{alias}' was rolled back.",
    "explain.transaction.rollback.result": "Its changes are gone, and what waited in on_commit() never runs.",
    "explain.why.transaction.commit_atomic_requests.caller": (
        "ATOMIC_REQUESTS: the view returned, so Django keeps its changes."
    ),
    "explain.why.transaction.rollback_atomic_requests.caller": (
        "ATOMIC_REQUESTS: the view raised, or asked for a rollback."
    ),
    "explain.transaction.savepoint.what": "A savepoint was set in the transaction on '{alias}'.",
    "explain.why.transaction.savepoint.caller": "{function} entered atomic inside atomic, in {file} line {line}.",
    "explain.why.transaction.savepoint.caller.no_line": "atomic was entered inside atomic.",
    "explain.transaction.savepoint.result": "If this part fails it can be undone without the rest.",
    "explain.transaction.savepoint_commit.what": "The savepoint in the transaction on '{alias}' was released.",
    "explain.transaction.savepoint_commit.result": "Nothing is final yet: only the commit of the outermost atomic is.",
    "explain.transaction.savepoint_rollback.what": "The transaction on '{alias}' was rolled back to a savepoint.",
    "explain.transaction.savepoint_rollback.result": "What was done since is gone; what was done before still stands.",
    "explain.transaction.step.what": "A step of the transaction on '{alias}': {action}.",
    "explain.transaction.step.result": "What has been changed since the beginning belongs together.",
    "explain.transaction.failed.what": "A step of the transaction on '{alias}', {action}, ended with {error}.",
    "explain.transaction.failed.result": "The exception goes to the code that left or entered atomic.",
    "explain.hop.to_thread.what": "{target} was run in a thread by sync_to_async.",
    "explain.hop.to_thread.result": (
        "The coroutine waited for it, and meanwhile the event loop could serve other requests."
    ),
    "explain.hop.to_thread.otherwise": "Called directly, code that blocks would stop the event loop for every request.",
    "explain.hop.to_thread.order": (
        "Unless told otherwise, such code of one request shares one thread, so it runs one after the other."
    ),
    "explain.hop.to_loop.what": "{target}, a coroutine function, was run to its end by async_to_sync.",
    "explain.hop.to_loop.result": "The thread that called it waited until it was done.",
    "explain.hop.to_loop.otherwise": (
        "Called directly it would only have given a coroutine, which does nothing by itself."
    ),
    "explain.hop.to_loop.order": "Sync code cannot await: async_to_sync is its way to call async code.",
    "explain.sort.hop.caller": "The project's own code did; the hops of Django's machinery are told at the layers.",
    # caches, other servers, mail, signals, log
    "explain.sort.cache.caller": "{function} asked, in {file} line {line}.",
    "explain.sort.cache.caller.no_line": "No line of the project stands behind it: Django or a package asked.",
    "explain.sort.cache.order": "It is a call like any other: the cache gives values to code, it answers no request.",
    "explain.sort.cache.otherwise": (
        "Were it not installed: without CACHES each process keeps its own cache in its memory."
    ),
    "explain.sort.cache.setting": "CACHES says what '{alias}' is: {backend}.",
    "explain.cache.what": "The cache '{alias}' was used: {operation}.",
    "explain.cache.result": "The code that asked goes on.",
    "explain.cache.hit.what": "The cache '{alias}' was asked, and it had the value.",
    "explain.cache.hit.result": "The code that asked need not work the value out again.",
    "explain.cache.miss.what": "The cache '{alias}' was asked, and it had nothing for the key.",
    "explain.cache.miss.result": "The code that asked gets its default, and has to work the value out.",
    "explain.cache.some.what": "The cache '{alias}' was asked for {keys} keys and had {hits}.",
    "explain.cache.some.result": "The code that asked has to work out the others.",
    "explain.cache.failed.what": "A call of the cache '{alias}' ended with {error}.",
    "explain.cache.failed.result": "The exception goes to the code that asked.",
    "explain.sort.http.caller": "{function} asked, in {file} line {line}, with {library}.",
    "explain.sort.http.caller.no_line": "No line of the project stands behind it; {library} made the call.",
    "explain.sort.http.order": "It is a call like any other: no middleware of this site takes part in it.",
    "explain.sort.http.otherwise": "If that server is slow this page is slow; Django sets no time limit for it.",
    "explain.http.what": "The site itself sent {method} to another server and got status {status}.",
    "explain.http.result": "The code that asked waited for the answer and goes on with it.",
    "explain.http.failed.what": "The site itself sent {method} to another server, and that ended with {error}.",
    "explain.http.failed.result": "The exception goes to the code that asked.",
    "explain.sort.mail.caller": "{function} sent it, in {file} line {line}.",
    "explain.sort.mail.caller.no_line": "No line of the project stands behind it: Django or a package sent it.",
    "explain.sort.mail.order": "It is a call like any other, at its place in the code.",
    "explain.sort.mail.otherwise": "Given to a worker, or sent after the response, it would not make the visitor wait.",
    "explain.sort.mail.setting": "EMAIL_BACKEND (MAILERS from Django 6.1) says who takes it: here {backend}.",
    "explain.mail.what": "An e-mail to {recipients:recipients} was given to the mail backend.",
    "explain.mail.result": "The code waited until the backend had taken it.",
    "explain.mail.failed.what": "Sending an e-mail ended with {error}.",
    "explain.mail.failed.result": "The exception goes to the code that sent it, unless it said fail_silently.",
    "explain.signal.what": "The signal {signal} was sent by {sender}, and {receivers:receivers} got it: {list}.",
    "explain.sort.signal.caller": "Whoever sends a signal calls all its receivers, without knowing them.",
    "explain.sort.signal.result": "They are done, and the code that sent the signal goes on.",
    "explain.sort.signal.order": "Receivers run in the order in which they were connected.",
    "explain.sort.signal.otherwise": "An exception of a receiver would go to the sender, unless it uses send_robust().",
    "explain.signal.failed.what": "The signal {signal} was sent by {sender}, and a receiver raised {error}.",
    "explain.signal.failed.result": "The exception goes to the code that sent the signal.",
    "explain.log.what": "A record of level {level} was given to the logger {logger}.",
    "explain.sort.log.caller": "It was recorded in {file}, line {line}.",
    "explain.sort.log.caller.no_line": "Where it was recorded is not known.",
    "explain.sort.log.result": "The handlers of that logger write it; the request goes on unchanged.",
    "explain.sort.log.order": "Django itself logs a response of 400 or more after it has left all layers.",
    "explain.sort.log.otherwise": "A level below that of the logger would have made no record.",
    "explain.sort.log.setting": "LOGGING says which records are written, and where.",
    "explain.sort.call.caller": "The code around it in the picture called it.",
    "explain.sort.call.order": "It is the project's own function; those of packages and of Django are not followed.",
    "explain.sort.call.otherwise": "At the level path it would not be shown: calls are observed at the level deep.",
    "explain.call.what": "{call}, a function of the project, was called.",
    "explain.call.result": "It came back to the code that called it.",
    "explain.call.running.what": "{call}, a function of the project, runs at this moment.",
    "explain.call.running.result": "It has not come back yet.",
    "explain.call.raised.what": "{call}, a function of the project, raised {error}.",
    "explain.call.raised.result": "The exception goes to the code that called it.",
    # sending
    "explain.sort.started.order": "First status and headers, then the body, then close().",
    "explain.sort.started.otherwise": "No middleware can change anything any more: the response has left all layers.",
    "explain.started.what": "Status {status} {reason} and the headers were given to the server.",
    "explain.started.entry.wsgi.caller": "{handler}.__call__ called start_response.",
    "explain.started.entry.asgi.caller": "ASGIHandler.send_response sent the message http.response.start.",
    "explain.why.started.result": "The server keeps them until the first part of the body, and then sends both.",
    "explain.why.started.asgi.result": "The body follows, in messages of its own.",
    "explain.why.started.streaming.result": (
        "The body does not exist yet: it is made while it is sent, outside all layers."
    ),
    "explain.why.started.file.result": "The body is a file, which the server sends with its own wsgi.file_wrapper.",
    "explain.why.started.static.result": "{handler} answered before the chain: no middleware has seen this response.",
    "explain.sort.body.caller": "The server took the parts from the response one by one and sent each.",
    "explain.sort.body.order": "Every layer was left before: what runs here runs outside of all middleware.",
    "explain.sort.body.otherwise": (
        "An exception here could not become an error page: the status is on its way already."
    ),
    "explain.body.what": "The body was sent: {bytes} in {chunks:chunks}.",
    "explain.why.body.result": "When the last part is sent, close() is called on the response.",
    "explain.why.body.streaming.result": "It was made while it was sent, with {queries:queries}; close() comes next.",
    "explain.why.body.streaming.result.quiet": "It was made while it was sent, without a query; close() comes next.",
    "explain.escaped.what": "{error} left the handler: Django gave the server no response.",
    "explain.broken_off.what": "{error} was raised while the body was made, outside of all layers.",
    "explain.why.broken_off.result": (
        "Status and headers had been sent, so nothing can take them back: the visitor has {status} and a part of the "
        "answer, and the server closes the connection."
    ),
    "explain.broken_off.caller": "It was raised in {file} line {line}, when the next part of the body was asked for.",
    "explain.broken_off.caller.no_line": "The next part of the body was asked for; every layer had been left.",
    "explain.broken_off.order": "convert_exception_to_response stands around layers, and the body is made after them.",
    "explain.broken_off.setting": "No setting makes an error page of it: the status is on its way.",
    "explain.client_gone.what": "The server wanted to send more, and the client had closed the connection.",
    "explain.why.client_gone.result": "The server gives up quietly: the response is closed, and no line is logged.",
    "explain.client_gone.caller": "The operating system told the server, when it wrote to the socket.",
    "explain.client_gone.order": "The view had made its response before: what it did is done.",
    "explain.client_gone.setting": "No setting of Django's has to do with it.",
    "explain.why.escaped.result": "The server answers by itself, and request_finished is not sent.",
    "explain.why.escaped.cancelled.what": "The client went away, and Django cancelled the request.",
    "explain.why.escaped.cancelled.result": "Nobody is there to get a response any more.",
    "explain.sort.escaped.caller": "It came to no convert_exception_to_response that could catch it.",
    "explain.sort.escaped.order": "Django converts what is an Exception and comes from a layer or the view.",
    "explain.sort.escaped.setting": "DEBUG_PROPAGATE_EXCEPTIONS would let every unexpected exception out like this.",
    "explain.sort.closed.order": "It is the last thing of a request: after the last part of the body.",
    "explain.closed.what": "close() was called on the response.",
    "explain.closed.entry.wsgi.caller": "The server did it, as WSGI wants it from every server.",
    "explain.closed.entry.asgi.caller": "ASGIHandler.handle did it, after the last message of the body.",
    "explain.closed.entry.client.caller": "The test client did it.",
    "explain.closed.result": (
        "It closed uploaded files and sent request_finished; then connections older than CONN_MAX_AGE are closed."
    ),
    "explain.sort.closed.otherwise": "A server that forgets it would leave files and database connections open.",
}
