"""One widget a file; each is handed frozen data and draws it."""
