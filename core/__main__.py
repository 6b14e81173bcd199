"""The command line: progress goes to stderr, JSON to stdout, a person's mistake is one sentence and exit code 2."""

import logging
import signal
import sys
from collections.abc import Sequence

from core.cli import importing
from core.cli.shared import Parser
from core.errors import UserError

log = logging.getLogger("core")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    0; 1 (a statement that is not ok, a ledger whose chain is broken); 2 (wrong input); 3 (refused by the ledger).
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        code = _import(given) if given[:1] == [importing.NAME] else _run(given)
    except UserError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        if error.filename is None:
            raise
        log.debug("Unreadable or unwritable", exc_info=True)
        print(
            f"{error.filename2 or error.filename} cannot be used ({error.strerror}). Check the path, its permissions "
            "and the room on the disk.",
            file=sys.stderr,
        )
        return UserError.exit_code
    return code


def _import(given: Sequence[str]) -> int:
    """Import without a workspace, and without what studies load: half of the memory that a large import takes."""
    parser = Parser(prog="python -m core")
    importing.add_commands(parser.add_subparsers(required=True))
    return importing.run(parser.parse_args(given))


def _run(given: Sequence[str]) -> int:
    from core.cli import audit, consent, curator, officer
    from core.workspace import Workspace

    parser = Parser(prog="python -m core", description="Private recommendations, measured.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for part in (importing, curator, officer, audit, consent):
        part.add_commands(commands)
    args = parser.parse_args(given)
    code: int = args.run(args, Workspace())
    return code


def _stop(number: int, _: object) -> None:
    """Leave by way of every ``finally``, so that no shopper's rows stay behind in scratch folders."""
    _stopped_by.append(number)
    sys.exit(128 + number)


_stopped_by: list[int] = []  # signals

if __name__ == "__main__":
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, _stop)
    try:
        sys.exit(main())
    except Exception:  # the last door: a person sees a sentence, whoever mends it sees the log
        if _stopped_by:  # within a query of DuckDB, which makes an error of its own of our leaving
            sys.exit(128 + _stopped_by[0])
        log.exception("Unexpected failure")
        sys.exit("Something went wrong inside Tact; the lines above are for whoever mends it.")
