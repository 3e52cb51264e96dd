"""Files: what people upload, checked, cleaned, encrypted and shown only to whom they concern."""
