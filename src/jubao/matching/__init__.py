"""Matching: which rows of two registers are the same person, and what a hit may mean.

- ``exact``: joins of resident number keys by binary search in a sorted register;
- ``comparison``: which hits of the provincial comparison are candidates for a person's decision;
- ``fuzzy``: the fuzzy stage in one call, for rows without a usable number; behind it stand
  ``features`` (``names``, ``numbers``, ``places``: what can be compared), ``blocking`` (who is compared with whom),
  ``model`` (comparisons, weights and thresholds as data), ``scoring``, ``choosing`` (who is shown), ``explaining``;
- ``training`` makes a new version of the model; ``spark`` runs the same comparison on a cluster.
"""

from jubao.matching.comparison import CandidateKind, Hits, Insured, classify, draws_elsewhere, is_candidate
from jubao.matching.exact import Register, match, match_stream

__all__ = [
    "CandidateKind",
    "Hits",
    "Insured",
    "Register",
    "classify",
    "draws_elsewhere",
    "is_candidate",
    "match",
    "match_stream",
]
