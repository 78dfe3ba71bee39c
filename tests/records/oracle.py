"""A slow second opinion: reads the definitions one day at a time and shares no code with the rules it checks.

Works on the plain dataclasses of the rules, or on anything with the same fields.
"""

from __future__ import annotations

from datetime import date, timedelta

DAY = timedelta(days=1)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or the month's last."""
    year, month = day.year, day.month
    for _step in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


class Oracle:
    """One person in one organisation under one requirement."""

    def __init__(self, members, versions, belonging, completed, refreshers=()):
        self.members, self.versions, self.belonging = members, versions, belonging
        self.completed, self.refreshers = list(completed), list(refreshers)

    # --- facts of one day

    def is_active(self, member, day):
        return member.days.first <= day <= member.days.last and not self.is_away(member, day)

    def is_away(self, member, day):
        return any(away.first <= day <= away.last for away in member.away)

    def belongs(self, day):
        return any(run.first <= day <= run.last for run in self.belonging)

    def is_required(self, member, version, day):
        return (
            self.is_active(member, day)
            and self.belongs(day)
            and version.days.first <= day <= version.days.last
            and version.covers(member.role, member.kind)
        )

    def shown(self, day):
        """The source of the newest completion up to the day, the later recorded of two on one day, and the newest
        edition of all of them.
        """
        done = [each for each in self.completed if each.on <= day]
        newest = max(each.on for each in done)
        return [each.source for each in done if each.on == newest][-1], max(each.edition for each in done)

    # --- completions, walked through in their order

    def last_day_of(self, done, role):
        """The day after which what was completed must be learned again in a role; None if that is past already."""
        last = date.max
        for refresher in self.refreshers:
            if refresher.roles is not None and role not in refresher.roles:
                continue
            if done.edition < refresher.edition and refresher.by < last:
                last = refresher.by
        return last if last >= done.on else None

    def expiry_on(self, version, role, day, *, with_gaps=False):
        """Until when what was completed up to the day is valid in a role; None before the first completion.

        With gaps, as if nobody minded lessons of the role that were not done.
        """
        expiry = None
        for moment in sorted({each.on for each in self.completed if each.on <= day}):
            before = expiry
            for done in self.completed:
                last = self.last_day_of(done, role)
                if done.on != moment or (role in done.not_for and not with_gaps) or last is None:
                    continue
                end = min(last, self.end_of(version, done, before))
                if end >= done.on:
                    expiry = max(end, expiry or end)
        return expiry

    def end_of(self, version, done, before):
        if version.valid_for_months is None:
            return date.max
        if version.fixed_on:
            return self.fixed_end(version, done.counted_from or done.on)
        ends = [months_later(done.counted_from or done.on, version.valid_for_months)]
        is_renewal = version.is_counted_from_expiry and done.counted_from in (None, done.on)
        if before and is_renewal and 0 <= (before - done.on).days <= version.window_days:
            ends.append(months_later(before, version.valid_for_months))
        return max(ends)

    def fixed_end(self, version, done):
        """The fixed day after the completion, found by walking; within the window before it, the one after."""
        number = 0
        while self.fixed_day(version, number) > done:
            number -= 1
        while self.fixed_day(version, number) <= done:
            number += 1
        if (self.fixed_day(version, number) - done).days <= version.window_days:
            number += 1
        return self.fixed_day(version, number)

    def fixed_day(self, version, number):
        if number >= 0:
            return months_later(version.fixed_on, number * version.valid_for_months)
        year, month = version.fixed_on.year, version.fixed_on.month
        for _step in range(-number * version.valid_for_months):
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
        return date(year, month, min(version.fixed_on.day, last))

    def is_satisfied(self, version, role, day):
        expiry = self.expiry_on(version, role, day)
        return expiry is not None and expiry >= day

    def valid_through(self, version, role, day):
        """The last day of the validity that holds on the day, with all that was ever completed."""
        end = self.expiry_on(version, role, day)
        while end != date.max:
            later = self.expiry_on(version, role, end + DAY)
            if later == end:
                break
            end = later
        return end

    # --- the clock, walked backwards

    def clock(self, version, member, day, *, only_role=False):
        while day > member.days.first and not self.is_away(member, day - DAY):
            day -= DAY
        if day > member.days.first:
            return day
        earliest = day
        for other in self.members:
            if (other.days.first, other.key) >= (member.days.first, member.key):
                continue
            if not version.covers(other.role, other.kind) or (only_role and other.role != member.role):
                continue
            last = min(other.days.last, day - DAY) if other.days.first < day else day
            if (day - last).days <= 30 and self.is_active(other, last):
                earliest = min(earliest, self.clock(version, other, last, only_role=only_role))
        return earliest

    def requirement_start(self, number, member):
        start = self.versions[number].days.first
        while number and self.versions[number - 1].days.last == start - DAY:
            number -= 1
            if not self.versions[number].covers(member.role, member.kind):
                break
            start = self.versions[number].days.first
        return start

    def belonging_start(self, day):
        while day > date(2020, 1, 1) and self.belongs(day - DAY):
            day -= DAY
        return day

    # --- what is asked

    def due_on(self, number, member, day):
        version = self.versions[number]
        clock = max(
            self.clock(version, member, day), self.requirement_start(number, member), self.belonging_start(day)
        )
        due = clock + timedelta(days=version.due_days)
        if version.due_by:
            due = version.due_by if clock <= version.days.first else max(due, version.due_by)
        past = day - DAY
        while past >= clock:
            if self.is_satisfied(version, member.role, past):
                due = past
                break
            past -= DAY
        first = member.days.first
        general = self.expiry_on(version, member.role, first, with_gaps=True)
        if general and general >= first and not self.is_satisfied(version, member.role, first):
            alone = self.clock(version, member, day, only_role=True)
            alone = max(alone, self.requirement_start(number, member), self.belonging_start(day))
            past = day - DAY
            while past >= alone and not self.is_satisfied(version, member.role, past):
                past -= DAY
            if past < alone:
                due = max(due, alone + timedelta(days=version.due_days))
        if due < version.days.first:
            before = version.days.first - DAY
            allowed = [version.days.first]
            for each in self.members:
                if number and self.is_required(each, self.versions[number - 1], before):
                    if self.is_satisfied(self.versions[number - 1], each.role, before):
                        allowed.append(self.valid_through(self.versions[number - 1], each.role, before))
                    else:
                        allowed.append(self.due_on(number - 1, each, before))
            due = max(due, min(allowed))
        return due

    def ask(self, member, number, day):
        """`(state, due day or valid-until day)` of one member under one version on a day; None if not required."""
        version = self.versions[number]
        if not self.is_required(member, version, day):
            return None
        if self.is_satisfied(version, member.role, day):
            end = self.valid_through(version, member.role, day)
            return ("expiring" if (end - day).days <= 30 else "current"), end
        due = self.due_on(number, member, day)
        return ("due" if due >= day else "overdue"), due
