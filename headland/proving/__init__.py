"""The proving ground: worlds with a known truth, made to be heard by virtual receivers."""
