"""The Textual application: live or replayed, one request at a time, one stop at a time."""
