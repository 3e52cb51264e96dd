"""The committee's ledgers: the files of a folder taken in as records, or refused with the place of every mistake.

Whether the things that codes and ids name exist is asked only when the records are written.
"""

from pathlib import Path
from typing import Any

import yaml

from handlers.residency.ledgers.records import Ledgers
from handlers.residency.ledgers.registers import (
    DWELLINGS,
    OWNERS,
    RESIDENTS,
    read_dwellings,
    read_owners,
    read_residents,
)
from handlers.residency.ledgers.sheets import FlawedSheets, Reading, items, mapping
from handlers.residency.ledgers.tree import FILE as ORGANISATIONS
from handlers.residency.ledgers.tree import read_tree

VOTES = "votes.yaml"
FILES = (ORGANISATIONS, DWELLINGS, RESIDENTS, OWNERS, VOTES)


def read_ledgers(folder: Path) -> Ledgers:
    """Read every known file of a folder.

    Raises:
        FlawedSheets: with each bad row of each file.
    """
    reading = Reading(folder)
    ledgers = Ledgers(
        tree=read_tree(reading) if reading.has(ORGANISATIONS) else None,
        dwellings=read_dwellings(reading) if reading.has(DWELLINGS) else None,
        residents=read_residents(reading) if reading.has(RESIDENTS) else None,
        owners=read_owners(reading) if reading.has(OWNERS) else None,
        votes=_votes(reading) if reading.has(VOTES) else None,
    )
    if reading.flaws:
        raise FlawedSheets(reading.flaws)
    return ledgers


def _votes(reading: Reading) -> list[dict[str, Any]]:
    """The votes as they stand in the file, their places as words: an unquoted code would be a number."""
    found = [mapping(vote) for vote in items(reading.document(VOTES, yaml.SafeLoader).get("votes"))]
    votes = [vote | {"places": [str(place) for place in items(vote.get("places"))]} for vote in found if vote]
    if len(votes) < len(found):
        reading.flaw(VOTES, 1, "votes 应为列表，每项写明一次表决")
    return votes
