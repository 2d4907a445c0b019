"""One file a format, found by folder; each offers `FORMAT` (see `feeds.format`)."""
