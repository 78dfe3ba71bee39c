"""The kind of question “true false”."""
