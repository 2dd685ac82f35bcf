"""What a trace means: closed lists of findings, without words."""
