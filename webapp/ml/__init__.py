"""Learning: all that imports TensorFlow, and nothing that knows of the web.

Start with `network.py`: the lecture in order. `digits.py` is the data, `checkpoint.py` what is
kept of a model, `train_worker.py` and `predict_worker.py` the two programs.
"""
