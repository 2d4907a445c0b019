"""Ordinary life, one file each, found by folder: what happens every day and deserves no alarm."""
