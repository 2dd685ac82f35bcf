"""The smallest project in which an order rule shows: ``reqtrace lint --prove``. Only Django is in it."""
