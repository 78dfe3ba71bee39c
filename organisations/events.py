"""What this app tells the apps above it; receivers run inside the sender's transaction."""

from django.dispatch import Signal

#: A membership or its time away began, ended or changed. Arguments: membership.
membership_changed = Signal()
#: Memberships of many people changed at once. Arguments: person_ids.
memberships_changed = Signal()
#: Memberships go on as others in the same role from a day: what belongs to them goes along. Sent before the others.
#: Arguments: following (the number of each that follows, by that of the one before), on.
memberships_went_on = Signal()
#: A person is called otherwise. Arguments: person, by, at.
person_renamed = Signal()
#: Two people are about to become one, or to part: whoever locks rows before people's locks them now.
#: Arguments: person_ids.
people_about_to_merge = Signal()
#: Two people have become one. Arguments: kept, merged, by, at.
people_merged = Signal()
#: They were not one after all. Arguments: kept, merged, merged_at, by, at.
people_parted = Signal()
#: A letter came back. Arguments: kind (the path of its templates), about (numbers of rows), why, at.
letter_came_back = Signal()
#: An organisation joined or left a partnership. Arguments: organisation.
partnership_membership_changed = Signal()
