"""What changes residency: ledgers loaded, letters printed, homes claimed and given up."""
