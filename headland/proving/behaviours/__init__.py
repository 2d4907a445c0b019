"""Behaviours that deserve a second look, one file each, found by folder, each with its truth."""
