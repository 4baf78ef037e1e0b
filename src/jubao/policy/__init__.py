"""The law as dated data: every value with its unit, its source and the day up to which it was checked.

``*.yaml``       the parameters, one file per business area; ``instruments.yaml`` lists the documents
``schema.py``    what a parameter, a row and an instrument must look like
``tables.py``    the shapes of the larger tables: collection rules, chart, postings, scoring
``amounts.py``   the shapes of the tables that decide a sum: bands, shares of levels, grants, ends of accounts
``loading.py``   YAML to parameters, strictly: no float, no doubled key, no unknown field
``acceptance.py`` what an office takes responsibility for where the checked law is silent
``selection.py`` which of a parameter's rows speaks
``in_force.py``  a value with its source, what was asked for, and silence told as such
``store.py``     ``Policy``: which row is in force on a day, in an area, as known on a day
``catalogue.py`` the lists of instruments and parameters that ``docs/policy.md`` prints
"""

from jubao.policy.in_force import InForce, NoLawForDay, NoRowInForce, PolicyNotVerified, PolicyUnknown
from jubao.policy.loading import CannotReadPolicy
from jubao.policy.schema import Instrument, Parameter, Row, Unit
from jubao.policy.store import Policy
from jubao.policy.tables import Account, Leg, Posting, Rubric

__all__ = [
    "Account",
    "CannotReadPolicy",
    "InForce",
    "Instrument",
    "Leg",
    "NoLawForDay",
    "NoRowInForce",
    "Parameter",
    "Policy",
    "PolicyNotVerified",
    "PolicyUnknown",
    "Posting",
    "Row",
    "Rubric",
    "Unit",
]
