"""Delegations: a family member acts for a resident, who agreed, is told, and may end it."""
