"""The kind of question “short answer”."""
