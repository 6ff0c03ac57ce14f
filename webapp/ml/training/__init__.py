"""The program that trains one run: ``train_worker``, and its connection to the server.

``link`` sends reports and receives commands over ``client``, ``reporter`` makes the reports,
``warmup`` prepares a worker that waits. May import everything in ``ml`` except ``inference``.
Must not share a disk or a database with the server: all of it goes over HTTP.
"""
