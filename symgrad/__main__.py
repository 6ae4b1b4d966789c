"""The command line: ``symgrad`` and ``python -m symgrad`` are the same."""

from __future__ import annotations

import sys

__all__ = ["main"]


def main() -> int:
    """Run the command line with the arguments of the process.

    Returns
    -------
    int
        The exit code: 0 fine, 1 a claim was refuted, 2 the request was wrong, 3 nothing could be decided, 130 interrupted.
    """
    from .reports.commands import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
