"""The kind of question “multiple choice”."""
