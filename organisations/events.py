"""What this app tells the apps above it; receivers run inside the sender's transaction."""

from django.dispatch import Signal

#: A membership or its time away began, ended or changed. Arguments: membership.
membership_changed = Signal()
#: Memberships of many people changed at once. Arguments: person_ids.
memberships_changed = Signal()
#: A person is called otherwise. Arguments: person, by, at.
person_renamed = Signal()
#: An organisation joined or left a partnership. Arguments: organisation.
partnership_membership_changed = Signal()
