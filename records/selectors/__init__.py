"""Reads across relations."""
