"""The front door: command line, settings, and the one place where rooms are wired together."""
