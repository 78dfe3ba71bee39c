"""What leads open."""
