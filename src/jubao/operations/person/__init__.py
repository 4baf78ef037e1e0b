"""One person as a clerk sees him: what ``reports.person`` reads, with what declarations add to it.

Map: ``head`` (name, sentence, what waits, the acts offered, tabs), ``pages`` (an answer for each tab), ``papers`` (the
evidence that acts about him rest on), ``finding`` (what was searched for, and enrolment where nobody is found).
"""
