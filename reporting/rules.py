"""How coverage is counted."""
