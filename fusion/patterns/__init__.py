"""One file a pattern, found by folder; each offers `PATTERN` (see `fusion.pattern`)."""
