"""One file a layer, found by folder; each offers `LAYER` (see `maps.layer`)."""
