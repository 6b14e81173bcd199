"""All mutants, room by room."""

from tests.mutants import anonymize, dp_sgd, dp_sgd_noise, noise, privacy, release, studies, studio
from tests.mutants.mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *anonymize.MUTANTS,
    *dp_sgd.MUTANTS,
    *dp_sgd_noise.MUTANTS,
    *noise.MUTANTS,
    *privacy.MUTANTS,
    *release.MUTANTS,
    *studies.MUTANTS,
    *studio.MUTANTS,
)
