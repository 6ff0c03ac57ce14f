"""The coach: reads what a run has told and says what is wrong, why, and what to try.

Rules, no language model: each looks at an ``Evidence`` and is silent or gives a ``Finding``. They
know neither the web nor TensorFlow. ``docs/coach.md`` has every rule with its threshold's reason.
"""
