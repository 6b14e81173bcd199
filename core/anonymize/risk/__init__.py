"""The risk that remains: how many shoppers can be found, named or recognised, before and after.

``unicity`` asks what a few known purchases single out, ``groups`` and ``attackers`` what general facts do, ``linkage``
whether two halves of a history can be put together again. None of it is a bound: an attacker who knows more finds more.
"""

from core.anonymize.risk.report import RiskReport, risk
from core.anonymize.risk.words import compare, sentences

__all__ = ["RiskReport", "compare", "risk", "sentences"]
