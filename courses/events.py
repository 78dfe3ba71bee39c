"""What this app tells the apps above it; receivers run inside the sender's transaction."""

from django.dispatch import Signal

#: An edition went live. Arguments: edition.
edition_published = Signal()

#: Nobody is asked any more to learn an edition again. Arguments: edition.
refresher_called_off = Signal()
