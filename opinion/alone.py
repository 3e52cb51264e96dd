"""`python -m opinion.alone`: the opinion of a conversation, JSON in, JSON out, in a process of its own."""

import json
import sys

from opinion.computing import opinion_of
from opinion.results import from_json
from opinion.stances import gather

if __name__ == "__main__":
    given = json.load(sys.stdin)
    earlier = from_json(given["earlier"]) if given["earlier"] else None
    found = opinion_of(gather(given["people"], given["statements"], given["values"]), earlier)
    json.dump(found.to_json(), sys.stdout)
