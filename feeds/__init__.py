"""What was said: bytes become `Reports` and `Identities`; sentinels and trade units die here."""
