"""The kind of question “single choice”."""
