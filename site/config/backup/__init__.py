"""Backups: one dated archive of database and uploads, and the way back."""
