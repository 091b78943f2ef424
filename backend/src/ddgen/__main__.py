"""`python -m ddgen` is the command `ddgen`."""

from __future__ import annotations

from ddgen.cli.main import run

if __name__ == "__main__":
    run()
