"""All mutants, room by room."""

from tests.mutants import release
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (*release.MUTANTS,)
