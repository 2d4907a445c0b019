"""The ways of hearing, one a file."""
