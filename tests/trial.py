"""The staff of the tests' offices are invented: one key, the same in every home, makes all their hands."""

from pathlib import Path

TRIAL = bytes(range(32))


def on_trial(home: Path) -> None:
    """Let an office's directory be one on trial."""
    (home / "keys").mkdir(parents=True, exist_ok=True)
    (home / "keys" / "trial.key").write_bytes(TRIAL)
