"""What moves a consultation along, from a proposal to its appraisal; each step in one transaction."""
