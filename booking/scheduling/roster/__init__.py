"""The roster: who gives which event of a week, proposed by a solver.

`model` holds the values and says what is better, `solver` finds the best with HiGHS, `question` makes the values from
what is known of guides and events, `reasons` says why an event stays without a guide, `words` says it in sentences.
"""
