"""The kind of question “reflection”."""
