"""The kind of question “rewrite”."""
