"""What is done about residents' texts, each in one transaction with its entry in the audit trail."""
