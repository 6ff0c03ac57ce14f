"""The parts of a fit besides the network: progress, checkpoints, listeners, interruption.

``engine`` and ``network`` import this package, so it must not import them.
"""
