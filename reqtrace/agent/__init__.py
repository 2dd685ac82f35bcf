"""Everything that runs inside the traced process: the standard library and Django only.

The laws (ARCHITECTURE.md) come before every feature: the site behaves as if reqtrace were absent, its callables are
called exactly once, no application object is evaluated, and a failure in here never reaches a request.
"""
