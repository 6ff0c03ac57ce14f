"""The lecture on which this program is based, as lessons: twelve experiments to run.

``experiments`` are configurations, ``words`` their texts, ``answer`` both in the reader's language.
May import ``configuration`` and ``schemas``. Must not know a run or the database: ``runs.alike``
finds which runs belong to an experiment.
"""
