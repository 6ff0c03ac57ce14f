"""Learning: everything that imports TensorFlow.

Start with ``network``: the lecture, in order. ``engine`` is its fast fit, ``digits`` the data,
``augment`` what training does to a digit, ``unpack`` a program that writes the digits out.
``training`` and ``inference`` hold the worker programs, ``fitting`` and ``process`` what all of
them need. May import ``schemas``, ``settings``, ``datasets`` (its files) and ``data_dir``. Must
not know Flask, the database or a route; no other package imports this one.
"""
