"""Question files: reading those of other systems, writing ours. Pure: no Django, no database, no clock."""
