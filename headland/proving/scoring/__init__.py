"""How good the flags of a world are, held against its truth: found, missed, false, late, and how well calibrated."""
