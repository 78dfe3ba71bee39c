"""The kind of question “scenario”."""
