"""The kind of question “ordering”."""
