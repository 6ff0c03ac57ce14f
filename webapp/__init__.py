"""Inkling: build a neural network in the browser, train it here, watch it learn, write a digit.

A map of the package, from the top downwards; imports point downwards only.

- ``server`` starts, serves and ends the program; ``app`` connects all parts.
- ``web`` has pages, the HTTP API and sockets; ``security`` decides who may come in.
- ``coach``, ``inference`` and ``runs`` do what is requested; ``scheduler`` decides who trains next.
- ``datasets``, ``kerasfile`` and ``workers`` handle data, uploaded models, and processes.
- ``configuration``, ``keras_code`` and ``lessons`` know what can be trained, without TensorFlow.
- ``schemas`` declares once every form of data that crosses a boundary; ``settings`` alone reads the
  environment; ``services`` holds what an application carries; ``errors`` is the one form of an
  error.
- ``ml`` is the only place that imports TensorFlow, in processes of its own; it imports nothing of
  the web.

Workers import this package too, so this file imports nothing.
"""
