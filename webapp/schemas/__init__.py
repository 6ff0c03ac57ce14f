"""Every shape of data that crosses a boundary, declared once and imported by both sides.

- ``base``: numbers, names, pairs and choices with their bounds; ``problems``: what is wrong
  with an input, as paths and sentences.
- ``config``: a run's configuration, made of ``layers``, ``augmentation``, ``optimizers``,
  ``losses`` and ``regularizers``.
- ``run``, ``events``, ``worker``: what runs look like, what happens to them, and what workers
  and the server say to each other.

Nothing here imports Flask or TensorFlow. Sentences for people are written in English, marked
with ``N_`` and translated where they are answered.
"""
