"""Questions to trained networks: predictions, tests, exports, and views of what was learned.

``answers`` and ``insights`` ask the workers, ``drawings`` and ``decoding`` convert what was drawn
to 28x28 pixels, ``untested`` tests imported models. May import ``runs``, ``workers``, ``ink`` and
``security``. Must not compute with a network (that is ``ml.inference``) or know a route.
"""
