"""
Our exception hierarchy:

* UserError            a message that a page or the command line may show as it stands
  x DataError          an uploaded file has to change
  x SettingsError      a chosen setting has to change
  x NotFound           what was asked for is not (or no longer) there
  x NoSpace            the disk is full, or would be
  x BudgetRefused      the ledger refuses to spend more (exit code 3)
* RunCancelled         somebody pressed cancel; not a failure

Every message says what is wrong, where, and what to do. Anything else that escapes
``core`` is a bug of ours: it is logged, and the person sees one plain sentence.
"""


class UserError(Exception):
    """A sentence for the person, safe to show: it quotes names and settings, never shoppers' rows."""

    exit_code = 2


class DataError(UserError):
    """An uploaded file has to change; the message names file, line or column, and the cure."""


class SettingsError(UserError, ValueError):
    """A chosen setting has to change; the message names it, its range and the value given."""


class NotFound(UserError, LookupError):
    """A dataset, run or file that was asked for is not there."""


class NoSpace(UserError):
    """The disk that holds the workspace is full, or would be; the message says how much is needed and where."""


class BudgetRefused(UserError):
    """The ledger refuses: spending this would pass the cap that an officer has set."""

    exit_code = 3


class RunCancelled(Exception):
    """The person cancelled the run; the worker stops at its next report."""
