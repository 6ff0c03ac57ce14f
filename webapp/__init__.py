"""Inkling: build a neural network in the browser, train it here, watch it learn, write a digit.

A map of the package, from the top downwards; imports point downwards only.

- ``app`` wires everything together; ``pages``, ``api`` and ``sockets`` are the ways in;
  ``language`` and ``security`` stand at the door.
- ``runs`` owns a run's life, ``scheduler`` the queue, ``predictor`` the questions to a network.
- ``launchers`` start workers; ``database`` keeps the tables.
- ``checking``, ``shapes`` and ``catalog`` know what a configuration may be, without TensorFlow.
- ``schemas`` declares once every shape of data that crosses a boundary; ``settings`` alone reads
  the environment; ``errors`` is the one shape of an error.
- ``ml`` is the only place that imports TensorFlow, in processes of its own; it imports nothing
  of the web.

Workers import this package too, so this file imports nothing.
"""
