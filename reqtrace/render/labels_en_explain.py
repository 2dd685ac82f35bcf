"""The English words of the commentary on the layers and the core: ``explain.TOPIC.PART``, whole sentences.

The topics of a stop go from the general (``sort.layer_in``) to the particular (``why.layer_in.none``); of each part
the most particular sentence is said (``reqtrace.analysis.commentary``).
"""

from __future__ import annotations

__all__ = ["EXPLAIN"]

EXPLAIN: dict[str, str] = {
    "explain.title": "Explain",
    "explain.settings": "Settings here",
    "explain.myth": "Often believed",
    "explain.truth": "In truth",
    "explain.own_place": "The code that ran",
    "explain.pages": "In Django's documentation",
    "explain.place": "In Django's source: {function}",
    "explain.page": "{title} ({path})",
    "explain.setting_told": "{name} = {value}",
    # who called a layer, and its hook
    "explain.called.hook.in.caller": "{caller} called the hook; {outside} had called the layer as its get_response.",
    "explain.called.hook.outermost.caller": "{caller} called the hook; {outside} had called the whole chain.",
    "explain.called.layer.in.caller": "{outside} called the layer as its get_response.",
    "explain.called.layer.outermost.caller": "{outside} called it: this is the outermost layer of the chain.",
    "explain.called.hook.out.caller": "{caller} called the hook with the response that came back from {inside}.",
    "explain.called.layer.out.caller": "Its call of get_response had returned the response that came from {inside}.",
    # way in
    "explain.sort.layer_in.order": "On the way in the layers run in the order of MIDDLEWARE, from top to bottom.",
    "explain.sort.layer_in.otherwise": (
        "Had it returned a response, the request would have turned back here: no deeper layer, no view."
    ),
    "explain.layer_in.what": "Layer {number} of {layers}, {layer}, ran its {hook} on the way in.",
    "explain.why.layer_in.none.result": "It returned None, which means go on: {next} runs now.",
    "explain.why.layer_in.none_last.result": (
        "It returned None, which means go on; no layer is left, so the URL is resolved now."
    ),
    "explain.why.layer_in.false.result": (
        "It returned something that counts as false, which Django takes for None: {next} runs now."
    ),
    "explain.why.layer_in.called.result": (
        "It called get_response, which is {next}, and waits there until a response comes back."
    ),
    "explain.why.layer_in.called_last.result": (
        "It called get_response; no layer is left, so that is the part which resolves the URL and calls the view."
    ),
    "explain.why.layer_in.called.otherwise": "Had it not called get_response, nothing further in would have run.",
    "explain.why.layer_in.called_last.otherwise": "Had it not called get_response, no view would have run.",
    "explain.layer_in.no_hook.what": "Layer {number} of {layers}, {layer}, was passed: it has no {hook}.",
    "explain.why.layer_in.no_hook.result": "So its get_response was called at once, which is {next}.",
    "explain.why.layer_in.no_hook_last.result": (
        "So its get_response was called at once; no layer is left, and the URL is resolved now."
    ),
    "explain.layer_in.no_hook.otherwise": "A missing hook is no mistake: the layer has its turn in its other hooks.",
    "explain.layer_in.answered.what": (
        "Layer {number} of {layers}, {layer}, answered the request itself, with status {status}."
    ),
    "explain.why.layer_in.answered.result": (
        "Its {hook} returned a response, so {skipped:layers} and the view are never reached."
    ),
    "explain.why.layer_in.answered.result.last": "Its {hook} returned a response, so the view is never reached.",
    "explain.why.layer_in.answered_no_hook.result": (
        "Its {hook} returned a response, so {skipped:layers} and the view are never reached."
    ),
    "explain.why.layer_in.answered_no_hook.result.last": (
        "Its {hook} returned a response, so the view is never reached."
    ),
    "explain.why.layer_in.call_answered.result": (
        "It returned a response without calling get_response, so {skipped:layers} and the view are never reached."
    ),
    "explain.why.layer_in.call_answered.result.last": (
        "It returned a response without calling get_response, so the view is never reached."
    ),
    "explain.layer_in.answered.otherwise": "Had it passed the request on, {next} would have come next.",
    "explain.why.layer_in.answered.order": (
        "The response leaves only through layers that were entered: this one's process_response, then those above it."
    ),
    "explain.why.layer_in.answered_no_hook.order": (
        "The response leaves only through layers that were entered; this one has no process_response."
    ),
    "explain.why.layer_in.call_answered.order": "Only the layers above it see the response on its way out.",
    "explain.layer_in.other.what": (
        "Layer {number} of {layers}, {layer}, turned the request back without giving a response."
    ),
    "explain.why.layer_in.other.result": (
        "Its {hook} returned something that is no response, and the layers outside get that: one of them will fail."
    ),
    "explain.layer_in.other.otherwise": (
        "process_request may return None or a response; a __call__ has to return the response of get_response."
    ),
    "explain.layer_in.raised.what": "Layer {number} of {layers}, {layer}, raised {error} in its {hook}.",
    "explain.why.layer_in.raised.result": (
        "Django caught it right around this layer and made a response with status {status} of it."
    ),
    "explain.why.layer_in.raised_escaped.result": (
        "Nothing turned it into a response, so it goes to whoever called the handler."
    ),
    "explain.why.layer_in.raised_open.result": "It has not been turned into a response yet.",
    "explain.layer_in.raised.otherwise": (
        "Had the view raised it, process_exception would have been asked; about middleware it never is."
    ),
    "explain.why.layer_in.raised.order": (
        "The layers above get an ordinary response; this layer's own process_response is not run."
    ),
    "explain.layer_in.running.what": "The request is inside layer {number} of {layers}, {layer}, at this moment.",
    "explain.layer_in.running.result": "If its {hook} passes the request on, {next} is next.",
    "explain.layer_in.running.otherwise": "If it returns a response instead, the request turns back here.",
    "explain.layer_in.unknown.what": "What {layer} did on the way in was not recorded.",
    "explain.layer_in.unknown.result": "Events are missing here, so nothing more can be said of it.",
    "explain.layer_in.unknown.otherwise": "A layer either passes the request on, answers it, or raises.",
    # URLconf
    "explain.sort.resolved.caller": "{core}, the innermost part of the chain, called resolve_request.",
    "explain.sort.resolved.order": (
        "Patterns are tried in the order of urlpatterns, an include() with all that is in it, and the first match wins."
    ),
    "explain.sort.resolved.setting": (
        "ROOT_URLCONF names the list; a middleware may set request.urlconf to another for one request."
    ),
    "explain.sort.resolved.otherwise": (
        "Had no pattern matched, Resolver404 would have been raised: no process_view, no view, but a 404 page."
    ),
    "explain.resolved.what": "Django looked up {path} in {urlconf}, and the pattern '{route}' matched.",
    "explain.why.resolved.result": (
        "Only now is the view known, so process_view runs next: {hooks:hooks}, first that of {next}."
    ),
    "explain.why.resolved.no_hooks.result": (
        "Only now is the view known; no middleware has process_view, so the view is called next."
    ),
    "explain.resolved.running.what": "Django is looking up {path} in {urlconf} at this moment.",
    "explain.resolved.running.result": "The first pattern that matches will say which view is called.",
    "explain.resolved.not_found.what": "Django looked up {path} in {urlconf}, and no pattern matched.",
    "explain.why.resolved.not_found.result": (
        "It raised {error}, which becomes a 404 page inside all layers: each still gets it on the way out."
    ),
    "explain.resolved.not_found.otherwise": (
        "Had one matched, process_view and the view would have run; process_exception is not asked about this."
    ),
    "explain.resolved.not_found.setting": (
        "With DEBUG the page lists the patterns that were tried; without it the handler404 of the URLconf answers."
    ),
    "explain.resolved.raised.what": "Django wanted to look up {path} in {urlconf}, and that raised {error}.",
    "explain.why.resolved.raised.result": (
        "No view is known, so neither process_view nor the view runs, and no process_exception is asked."
    ),
    # process_view
    "explain.sort.view_hook.caller": "{core} called it, after the URL was resolved and before the view.",
    "explain.sort.view_hook.order": (
        "process_view is a second pass in the order of MIDDLEWARE: by now every layer has been entered."
    ),
    "explain.sort.view_hook.otherwise": (
        "Had it returned a response, the view would not run, but every process_response still would."
    ),
    "explain.view_hook.what": (
        "Layer {number} of {layers}, {layer}, was shown the view and its arguments in process_view."
    ),
    "explain.why.view_hook.next.result": "It returned None, so the next process_view runs: {next}.",
    "explain.why.view_hook.last.result": "It returned None and was the last of them, so the view is called now.",
    "explain.view_hook.answered.what": (
        "Layer {number} of {layers}, {layer}, answered in process_view, with status {status}."
    ),
    "explain.why.view_hook.answered.result": (
        "The view is not called, nor {skipped:hooks} of other layers; every process_response still runs."
    ),
    "explain.why.view_hook.answered.result.last": "The view is skipped; every process_response still runs.",
    "explain.view_hook.answered.otherwise": "Had it returned None, the view would have been called.",
    "explain.view_hook.other.what": (
        "Layer {number} of {layers}, {layer}, returned something from process_view that is no response."
    ),
    "explain.view_hook.other.result": "Django takes it for the response, since it counts as true: the view is skipped.",
    "explain.view_hook.other.otherwise": "process_view may return None or a response.",
    "explain.view_hook.raised.what": "Layer {number} of {layers}, {layer}, raised {error} in process_view.",
    "explain.view_hook.raised.result": (
        "The view is not called; Django makes a response of it inside all layers, and each gets it on the way out."
    ),
    "explain.view_hook.raised.otherwise": "Had the view raised it, process_exception would have been asked.",
    "explain.view_hook.running.what": "The process_view of layer {number}, {layer}, runs at this moment.",
    "explain.view_hook.running.result": "If it returns None, the next process_view runs, or the view.",
    # the view
    "explain.sort.view.caller": "{core} called it, with the request and what the URL pattern captured.",
    "explain.sort.view.order": (
        "Every layer has been entered by now and none has been left: the view is the middle of the onion."
    ),
    "explain.sort.view.otherwise": (
        "Had it raised, process_exception would have been asked, from the last layer to the first."
    ),
    "explain.view.what": (
        "Django called the view {view} through its decorators (@{decorator}); a response with status {status} came "
        "back, from the view or from one of them."
    ),
    "explain.view.what.undecorated": "The view {view} ran and returned a response with status {status}.",
    "explain.view.sort.class.does": (
        "as_view() made a new object of its class for this request; dispatch() chose the method."
    ),
    "explain.view.sort.async.does": "It is a coroutine function, so it runs in an event loop.",
    "explain.view.sort.atomic.setting": (
        "ATOMIC_REQUESTS is set: the view ran in a transaction, which is rolled back if it raises."
    ),
    "explain.why.view.response.result": "The response now leaves through the layers, the innermost first: {next}.",
    "explain.why.view.unrendered.result": (
        "It is a TemplateResponse, not rendered yet: process_template_response comes first, {hooks:hooks}, "
        "then rendering."
    ),
    "explain.view.no_response.what": "The view {view} returned no response.",
    "explain.why.view.none.result": (
        "Django's check_response raised ValueError; that is outside its try, so no process_exception is asked."
    ),
    "explain.why.view.other.result": (
        "What it returned is not None, so Django does not check it; the first code that uses it as a response fails."
    ),
    "explain.view.no_response.otherwise": "A view has to return a response on each of its ways, for each method.",
    "explain.view.raised.what": "The view {view} raised {error}.",
    "explain.why.view.raised.result": (
        "Django asks process_exception, from the last layer to the first: {hooks:hooks}, first that of {next}."
    ),
    "explain.why.view.raised_no_hooks.result": (
        "No middleware has process_exception, so it becomes a response inside all layers."
    ),
    "explain.why.view.ended.result": (
        "It is a BaseException but no Exception: no hook is asked, and Django does not convert it."
    ),
    "explain.view.raised.otherwise": (
        "Had it returned a response, that would have gone out through the same layers as the error page does."
    ),
    "explain.view.running.what": "The view {view} runs at this moment.",
    "explain.view.running.result": "Whatever it returns has to be a response; it will leave through all the layers.",
    # process_exception
    "explain.sort.exception_hook.caller": (
        "{core} caught the exception, and process_exception_by_middleware asks the hooks."
    ),
    "explain.sort.exception_hook.order": (
        "They are asked from the last layer to the first, about exceptions of the view and of rendering only."
    ),
    "explain.sort.exception_hook.otherwise": (
        "Had it returned a response, the exception would have ended here, and every process_response would run."
    ),
    "explain.exception_hook.what": "Layer {number} of {layers}, {layer}, was asked about the exception.",
    "explain.why.exception_hook.next.result": "It returned None, so the next one is asked: {next}.",
    "explain.why.exception_hook.last.result": (
        "It returned None and nobody is left to ask, so the exception is raised again and becomes an error page."
    ),
    "explain.exception_hook.answered.what": (
        "Layer {number} of {layers}, {layer}, answered the exception with a response of status {status}."
    ),
    "explain.why.exception_hook.answered.result": (
        "The exception ends here: {skipped:hooks} are not asked any more, and every process_response runs."
    ),
    "explain.why.exception_hook.answered.result.last": "The exception ends here, and every process_response runs.",
    "explain.exception_hook.answered.otherwise": (
        "Had it returned None, the asking would have gone on, and at its end there would be an error page."
    ),
    "explain.exception_hook.other.what": (
        "Layer {number} of {layers}, {layer}, returned something from process_exception that is no response."
    ),
    "explain.exception_hook.other.result": "Django takes whatever counts as true for the response.",
    "explain.exception_hook.raised.what": "Layer {number} of {layers}, {layer}, raised {error} in process_exception.",
    "explain.exception_hook.raised.result": (
        "This exception takes the place of the one it was asked about, and nobody further is asked."
    ),
    "explain.exception_hook.raised.otherwise": "Had it returned None, the next layer outwards would have been asked.",
    "explain.exception_hook.running.what": "The process_exception of layer {number}, {layer}, runs at this moment.",
    "explain.exception_hook.running.result": "A response would end the exception; None passes it on.",
    # the film
    "explain.sort.converted.caller": (
        "convert_exception_to_response caught it: Django puts that around every layer and around the innermost part."
    ),
    "explain.sort.converted.otherwise": (
        "Without it the exception would fly through the layers, and none could add its headers to the error page."
    ),
    "explain.sort.converted.order": (
        "Http404 becomes 404, PermissionDenied 403, BadRequest and SuspiciousOperation 400, any other Exception 500."
    ),
    "explain.sort.converted.setting": (
        "With DEBUG most of them get Django's technical page, else the URLconf's handler404, handler500 and so on."
    ),
    "explain.converted.what": "{error} was turned into a response with status {status}.",
    "explain.why.converted.core.result": (
        "For the layers it is a response like any other; the first to get it is {next}."
    ),
    "explain.why.converted.layer.result": (
        "Only what is outside {layer} sees that response; the first to get it is {next}."
    ),
    # process_template_response
    "explain.sort.template_response_hook.caller": "{core} called it, because the response has a method render().",
    "explain.sort.template_response_hook.order": (
        "These hooks run from the last layer to the first, and before rendering: template and context can still change."
    ),
    "explain.sort.template_response_hook.otherwise": (
        "Had the view used render(), the page would be text already, and no such hook would be called."
    ),
    "explain.template_hook.what": (
        "Layer {number} of {layers}, {layer}, got the unrendered response in process_template_response."
    ),
    "explain.why.template_hook.next.result": "It returned a response with render(), so the next one gets that: {next}.",
    "explain.why.template_hook.last.result": (
        "It returned a response with render() and was the last of them, so Django renders it now."
    ),
    "explain.template_hook.no_response.what": (
        "Layer {number} of {layers}, {layer}, returned no response from process_template_response."
    ),
    "explain.template_hook.no_response.result": (
        "That is an error outside Django's try: no process_exception is asked, and it becomes an error page."
    ),
    "explain.template_hook.raised.what": (
        "Layer {number} of {layers}, {layer}, raised {error} in process_template_response."
    ),
    "explain.template_hook.raised.result": (
        "No process_exception is asked about it: that is for the view and for rendering. It becomes an error page."
    ),
    "explain.template_hook.running.what": "process_template_response of layer {number}, {layer}, runs at this moment.",
    "explain.template_hook.running.result": "It has to return a response with a method render().",
    # way out
    "explain.sort.layer_out.order": (
        "On the way out the layers run from the last of MIDDLEWARE to the first, and only those that were entered."
    ),
    "explain.sort.layer_out.otherwise": (
        "Had it returned None, {next} would have got None for a response, and the request would end in an exception."
    ),
    "explain.layer_out.what": "Layer {number} of {layers}, {layer}, got the response in its {hook} on the way out.",
    "explain.why.layer_out.same.result": "It returned the response it was given, unchanged, and {next} gets it now.",
    "explain.why.layer_out.changed.result": "It changed the response and returned it, and {next} gets it now.",
    "explain.why.layer_out.replaced.result": (
        "It returned another response, with status {status}, in the place of the one it was given: {next} gets that."
    ),
    "explain.layer_out.no_hook.what": "Layer {number} of {layers}, {layer}, was passed: it has no {hook}.",
    "explain.layer_out.no_hook.result": "The response goes on to {next} as it is.",
    "explain.layer_out.no_hook.otherwise": "A missing hook is no mistake: the layer had its turn in its other hooks.",
    "explain.layer_out.not_run.what": "The {hook} of layer {number}, {layer}, was not run.",
    "explain.layer_out.not_run_call.what": "The code of layer {number}, {layer}, behind get_response was not run.",
    "explain.why.layer_out.not_run_raised.result": (
        "The layer itself had raised; {next} gets the response that Django made of the exception."
    ),
    "explain.why.layer_out.not_run_answered.result": (
        "It had answered without calling get_response, so nothing stands behind that; {next} gets its answer."
    ),
    "explain.why.layer_out.not_run_passed.result": (
        "An exception from further in went through it, and nothing stopped that."
    ),
    "explain.layer_out.not_run.otherwise": (
        "Had the layer passed the request on without an error, it would have run here."
    ),
    "explain.layer_out.not_run_call.otherwise": (
        "Had the layer passed the request on without an error, it would have gone on here."
    ),
    "explain.layer_out.no_response.what": (
        "Layer {number} of {layers}, {layer}, returned something from its {hook} that is no response."
    ),
    "explain.layer_out.no_response.result": "{next} gets that in the place of a response, and will fail on it.",
    "explain.layer_out.no_response.otherwise": "Every process_response, and every __call__, has to return a response.",
    "explain.layer_out.raised.what": "Layer {number} of {layers}, {layer}, raised {error} on the way out.",
    "explain.why.layer_out.raised.result": (
        "Django caught it right around this layer; the layers above get the error page, with status {status}."
    ),
    "explain.why.layer_out.raised_escaped.result": "Nothing turned it into a response, so it leaves the handler.",
    "explain.why.layer_out.raised_open.result": "It has not been turned into a response yet.",
    "explain.layer_out.raised.otherwise": "The response that came from further in is lost: nobody sees it any more.",
    "explain.layer_out.running.what": "The response is in layer {number} of {layers}, {layer}, at this moment.",
    "explain.layer_out.running.result": "What its {hook} returns goes to {next}.",
    "explain.layer_out.unknown.what": "What {layer} did on the way out was not recorded.",
    "explain.layer_out.unknown.result": "Events are missing here, so nothing more can be said of it.",
    "explain.layer_out.unknown.otherwise": "A layer may change the response, replace it, or raise.",
    # what has no end
    "explain.unfinished.what": "{name} had begun, and its end is not known.",
    "explain.unfinished.otherwise": "Otherwise its end would have said what comes next.",
    "explain.why.interrupted.result": "The process ended while the request was in here.",
    "explain.why.unknown.result": "Events are missing here.",
}
