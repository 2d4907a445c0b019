"""Position tables: somebody else's columns, read as what was said."""
