"""Whose voice an entry of a roll is: a household's by its dwelling, a person's by name, an owner's by what they own."""

from collections.abc import Sequence
from typing import Any

from handlers.residency.people import masked_name
from handlers.residency.visitors import Home
from models.sealed import unseal
from models.states import MemberRole

SAME_PERSON = """WITH RECURSIVE one (id) AS (
    SELECT b.resident_id
    UNION SELECT merge.gone_id FROM one JOIN resident_merge merge ON merge.kept_id = one.id AND merge.undone_at IS NULL
) SELECT id FROM one"""
"""The resident of a binding `b`, and whoever on the register was found to be the same person."""
STILL_HELD = """EXISTS (
    SELECT FROM ownership o WHERE o.dwelling_id = {home}.dwelling_id
    AND ({entry}.voice = 'owner:' || o.head OR starts_with({entry}.voice, 'owner:' || o.head || '+')))"""
"""Whether the owner of a roll's entry still holds a home's dwelling; who buys it later does not speak for the rest."""

NAMES = """LEFT JOIN resident res ON res.id = r.resident_id
LEFT JOIN LATERAL (
    SELECT array_agg(o.name ORDER BY o.id) AS names FROM ownership o
    WHERE o.dwelling_id = r.dwelling_id AND starts_with(r.voice, 'owner:')
      AND (r.voice = 'owner:' || o.head OR strpos(r.voice, '+') > 0)) own ON TRUE"""
"""Joined to entries `r` of a roll: `res.name`, or `own.names` of those who own the entry's first dwelling together."""

VOICES = f"""
WITH RECURSIVE home AS (
    SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::boolean[])
    AS home (at, dwelling_id, resident_id, owns)
), person (at, resident_id) AS (
    SELECT at, resident_id FROM home WHERE resident_id IS NOT NULL
    UNION
    SELECT person.at, merge.gone_id FROM person
    JOIN resident_merge merge ON merge.kept_id = person.resident_id AND merge.undone_at IS NULL
), asked AS (
    SELECT id, electorate, legal_effect FROM poll WHERE state = ANY($5::text[]) AND closes_at > $6
), entry (at, poll_id, id) AS (
    SELECT home.at, asked.id, roll.id FROM asked CROSS JOIN home
    JOIN roll_entry roll ON roll.poll_id = asked.id AND roll.dwelling_id = home.dwelling_id
    WHERE asked.electorate = 'household'
    UNION ALL
    SELECT person.at, asked.id, roll.id FROM asked CROSS JOIN person
    JOIN roll_entry roll ON roll.poll_id = asked.id AND roll.resident_id = person.resident_id
    WHERE asked.electorate IN ('resident', 'listed')
    UNION ALL
    SELECT home.at, asked.id, roll.id FROM home
    JOIN roll_part part ON part.dwelling_id = home.dwelling_id
    JOIN roll_entry roll ON roll.id = part.entry_id JOIN asked ON asked.id = roll.poll_id
    WHERE home.owns AND asked.electorate = 'owner' AND {STILL_HELD.format(home="home", entry="roll")}
), voice AS (
    SELECT DISTINCT ON (entry.at, entry.poll_id) entry.at, entry.poll_id, entry.id, mark.id IS NOT NULL AS voted
    FROM entry LEFT JOIN roll_mark mark ON mark.entry_id = entry.id
    ORDER BY entry.at, entry.poll_id, mark.id IS NULL, entry.id
)
"""
"""The start of a statement: `voice` has at most one entry for each home and poll, `asked` the polls looked at.

Its arguments are `columns` of the homes, the states of polls, and a moment after which they close. Who was twice on
the register when the roll was drawn, and is one person since, has voted once either of the two has a mark.
"""


def columns(homes: Sequence[Home]) -> list[list[Any]]:
    """The first four arguments of `VOICES`: homes by their place in the sequence.

    A home speaks for an owner only where the account is that owner and has been checked (domain.md §2.2).
    """
    return [
        list(range(len(homes))),
        [home.dwelling_id for home in homes],
        [home.resident_id for home in homes],
        [home.role is MemberRole.OWNER and home.verified for home in homes],
    ]


def names(owners: Sequence[bytes] | None, resident: bytes | None) -> str:
    """The masked names of whom an entry is, by `NAMES`; empty for a household."""
    whole = [unseal(name, "ownership:name") for name in owners or ()]
    whole += [unseal(resident, "resident:name")] if resident and not whole else []
    return "、".join(masked_name(name) for name in whole)
