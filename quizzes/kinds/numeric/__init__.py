"""The kind of question “numeric”."""
