"""What starts the project, listens to its agents and keeps what they say. Standard library only."""
