"""The two programs that answer questions: ``predict_worker`` and ``insight_worker``.

``asking`` is their protocol, ``model_cache`` caches networks, ``insights`` are the views; the other
modules compute what these answer. May import everything in ``ml`` except ``training``. Must not
change a weight.
"""
