"""Use cases of voting that write, one transaction each: draft, publish, open, cast, close, count."""
