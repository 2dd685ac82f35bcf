"""What can be done in the mode Flow: one group of actions a file, each a class that the screen inherits."""
