"""The director's interview: questions collected and backed, answered live, promises kept count of."""
