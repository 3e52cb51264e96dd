"""Consultations: from a proposal through deliberation to a decision that everyone can trace, and its appraisal."""
