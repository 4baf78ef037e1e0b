"""The office itself: founding and staff (``founding``), its evaluation year, signing, campaigns and duties owed."""
