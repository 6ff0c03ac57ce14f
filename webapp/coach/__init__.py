"""The coach: reads what a run has reported and says what is wrong, why, and what to try.

``answer`` gathers the evidence and asks ``judge``; every other module is a group of rules, without
a language model: a rule looks at an ``Evidence`` and returns a ``Finding`` or nothing. Only
``answer`` imports ``runs`` and ``inference``; rules import ``configuration`` and ``schemas``, and
never the database, the web or TensorFlow. ``docs/coach.md`` gives the reason for each threshold.
"""
