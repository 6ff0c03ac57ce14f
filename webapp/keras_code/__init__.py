"""Writes a run's configuration as a plain Keras program that runs on its own.

The program is a list of steps (``steps``), which ``formats`` writes as a script or a notebook.
Comments are in the reader's language. Nothing here imports Keras: its defaults, which are not
written, are in the schemas and are compared with Keras by tests.

May import ``schemas`` only.
"""

from webapp.keras_code.formats import FORMATS as FORMATS
from webapp.keras_code.formats import Written as Written
from webapp.keras_code.formats import write as write
