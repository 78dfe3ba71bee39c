"""The kinds of question, each a folder: what it marks, what the editor writes, what a learner fills in.

Nothing is imported here, so that the rules (`rules.py`, and `rules` in each folder) stay free of Django.
"""
