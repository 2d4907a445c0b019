"""Textbook rules beside which the patterns are held, one file each, found by folder."""
