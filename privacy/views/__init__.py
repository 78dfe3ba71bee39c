"""This app's pages."""
