"""The lecture of which this program is made, as lessons: twelve experiments to run.

``experiments`` are configurations, ``words`` what is said of them, ``answer`` both in the reader's
language. May import ``configuration`` and ``schemas``. Must not know a run or the database:
``runs.alike`` finds which runs belong to an experiment.
"""
