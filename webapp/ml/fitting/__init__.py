"""What a fit consists of besides the network: progress, checkpoint, listeners, interruption.

``engine`` and ``network`` import this package, so it must not import them.
"""
