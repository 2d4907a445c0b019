"""What we believe: one transmission from many ears made one, tracks, coverage, patterns."""
