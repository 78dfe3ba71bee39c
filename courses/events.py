"""What this app tells the apps above it; receivers run inside the sender's transaction."""

from django.dispatch import Signal

#: An edition went live. Arguments: edition.
edition_published = Signal()
