"""Where, how far, whose waters, which field: the floor every other room stands on."""
