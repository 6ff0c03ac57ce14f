"""Configurations: what can be chosen, whether it fits together, what it costs.

``catalog`` lists the choices with ``arguments`` and ``presets``; ``checking`` reads a configuration
and adds ``shapes``, ``memory`` and ``advice``. May import ``schemas``, ``language`` and ``errors``.
Must not know a run, the database or TensorFlow: everything is computed from the configuration.
"""
