"""Marks answers."""
