"""The vocabulary: every fact that can be observed, and how facts travel. Standard library only."""
