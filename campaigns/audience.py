"""Whom a message is for, as a value, and the one statement that says who that is."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, cast

from errors import Invalid
from models.database import rows

YOUNGEST = 14
"""Younger children are not written to (个人信息保护法 第三十一条)."""

_PEOPLE = """
place AS (
  SELECT dwelling.id FROM dwelling JOIN estate ON estate.id = dwelling.estate_id
  WHERE starts_with(dwelling.code, $1)
    AND EXISTS (SELECT FROM unnest($2::text[]) code WHERE estate.code = code OR starts_with(dwelling.code, code))
), part AS (
  SELECT m.resident_id, NULL::bigint AS account_id, m.dwelling_id,
         CASE WHEN m.role = '租户' THEN 'tenant' ELSE '' END AS role, TRUE AS adult
  FROM place JOIN membership m ON m.dwelling_id = place.id AND m.until IS NULL
  UNION ALL
  SELECT o.resident_id, NULL, o.dwelling_id, 'owner', TRUE
  FROM place JOIN ownership o ON o.dwelling_id = place.id AND o.resident_id IS NOT NULL
  UNION ALL
  SELECT b.resident_id, b.account_id, b.dwelling_id, b.role, b.adult
  FROM place JOIN binding b ON b.dwelling_id = place.id AND b.state = 'active'
), person AS (
  SELECT coalesce('resident:' || part.resident_id, 'account:' || part.account_id) AS recipient,
         part.resident_id, min(part.dwelling_id) AS dwelling_id, max(account.id) AS account_id
  FROM part
  LEFT JOIN account ON account.id = part.account_id AND account.following
  LEFT JOIN resident ON resident.id = part.resident_id
  WHERE resident.merged_into_id IS NULL
    AND (cardinality($3::text[]) = 0 OR part.role = ANY($3))
    AND ($4::date IS NULL OR resident.birth_on <= $4)
    AND ($5::date IS NULL OR resident.birth_on > $5)
    AND (resident.birth_on IS NULL OR resident.birth_on <= $6)
    AND (cardinality($7::text[]) = 0 OR resident.tags ?| $7)
    {only}
  GROUP BY 1, 2
), wanted AS (
  SELECT person.* FROM person
  WHERE NOT EXISTS (SELECT FROM opt_out o WHERE o.account_id = person.account_id AND o.topic = $8 AND $8 <> '')
)"""
_ONLY = """ AND (part.dwelling_id IN (SELECT dwelling_id FROM ({sql}) w WHERE resident_id IS NULL)
       OR part.resident_id IN (SELECT resident_id FROM ({sql}) w WHERE resident_id IS NOT NULL))"""


@dataclass(frozen=True, slots=True)
class Audience:
    """Everybody in `places` (beginnings of dwelling codes, or codes of estates) who fits the rest.

    `roles` are of `MemberRole`; ages are in full years, both ends included; `only` names resolvers with the number of
    what they speak of, as "not_voted:12".
    """

    places: tuple[str, ...]
    roles: tuple[str, ...] = ()
    age_min: int | None = None
    age_max: int | None = None
    tags: tuple[str, ...] = ()
    only: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value not in ((), None)}


Resolvers = Mapping[str, Callable[[int], str]]
"""By name, the statement whose (dwelling_id, resident_id) somebody must be among; a row gives one of the two."""


def audience_from(stored: Mapping[str, Any]) -> Audience:
    """The value that `as_json` gave."""

    def words(name: str) -> tuple[str, ...]:
        return tuple(cast(list[str], stored.get(name, [])))

    return Audience(
        words("places"), words("roles"), stored.get("age_min"), stored.get("age_max"), words("tags"), words("only")
    )


def statement(audience: Audience, scope: str, topic: str, today: date, resolvers: Resolvers) -> tuple[str, list[Any]]:
    """The common table expressions that end in `wanted` (recipient, resident_id, dwelling_id, account_id).

    Args:
        scope: code of the branch that sends; nobody outside it is ever among them.
        topic: whose opt-outs count, or nothing.

    Returns:
        the text, without WITH, and its values $1 to $8.

    Raises:
        Invalid: a resolver that nobody has.
    """
    only = "".join(_only(name, resolvers) for name in audience.only)
    values: list[Any] = [
        scope,
        list(audience.places),
        list(audience.roles),
        _born_by(today, audience.age_min),
        _born_by(today, None if audience.age_max is None else audience.age_max + 1),
        _born_by(today, YOUNGEST),
        list(audience.tags),
        topic,
    ]
    return _PEOPLE.format(only=only), values


def _only(name: str, resolvers: Resolvers) -> str:
    kind, _, number = name.partition(":")
    if kind not in resolvers or not number.isdecimal():
        raise Invalid("没有这个人群条件。")
    return _ONLY.format(sql=resolvers[kind](int(number)))


def _born_by(today: date, age: int | None) -> date | None:
    """The latest birthday of who is `age` today; born on 29 February counts from 1 March."""
    if age is None:
        return None
    year = today.year - age
    if (today.month, today.day) == (2, 29) and year % 4:
        return date(year, 2, 28)
    return today.replace(year=year)


async def count(audience: Audience, scope: str, topic: str, today: date, resolvers: Resolvers) -> tuple[int, int]:
    """How many people and how many dwellings an audience has now."""
    people, values = statement(audience, scope, topic, today, resolvers)
    found = await rows(
        f"WITH {people} SELECT count(*) AS people, count(DISTINCT dwelling_id) AS dwellings FROM wanted", *values
    )
    return found[0]["people"], found[0]["dwellings"]
