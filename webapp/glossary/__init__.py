"""The field's terms: what each means in a sentence, and where to read more.

``terms`` has all of them in the order of the page ``/glossary``; ``data``, ``network``,
``training`` and ``results`` have those of one subject. A term's picture is
``templates/glossary/<name>.svg``. May import ``schemas``; must not import what comes in from
outside (``web``) or what uses the terms.
"""
