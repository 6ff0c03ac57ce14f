"""What a worker process sets up whatever it computes.

``quiet`` imports TensorFlow without its log, ``cores`` divides the cores, ``idle`` lowers the
priority, ``failure`` reports an error as a sentence. Must not import the rest of ``ml``.
"""
