"""Tables, constraints and indexes; no behaviour beyond `__str__` and one-line properties."""
