"""What this app tells its own parts and the apps above it; receivers run inside the sender's transaction."""

from django.dispatch import Signal

#: A completion was recorded. Arguments: completion.
completion_recorded = Signal()
#: Completions of many people were recorded at once. Arguments: person_ids, module_keys.
completions_recorded = Signal()
#: A completion was voided. Arguments: completion.
completion_voided = Signal()
