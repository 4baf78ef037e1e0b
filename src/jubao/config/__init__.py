"""The config room: where files lie (home), which engine (database, safety), Django's settings."""
