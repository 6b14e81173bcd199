"""All mutants, room by room."""

from tests.mutants import dp_sgd, noise, privacy, release, studies
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (*dp_sgd.MUTANTS, *noise.MUTANTS, *privacy.MUTANTS, *release.MUTANTS, *studies.MUTANTS)
