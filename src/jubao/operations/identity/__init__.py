"""Who somebody is: signing keys behind passphrases, one-time codes, attempts, sessions."""
