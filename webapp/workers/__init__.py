"""The lifecycle of worker processes, seen from the web process.

``launchers`` starts train workers; ``keeper`` keeps a worker that answers alive, ``predictor`` is
the resident one, ``on_demand`` those that end when idle. May import ``configuration.memory`` and
``data_dir``. Must not know what a run is; programs are named by their module and never imported.
"""
