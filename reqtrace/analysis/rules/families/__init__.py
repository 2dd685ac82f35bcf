"""The rules themselves, one family a file; no family knows another."""
