"""What hangs in the wind: receivers, and the raw bytes they heard (`Frames`)."""
