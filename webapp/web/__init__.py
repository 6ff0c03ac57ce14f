"""The web interface: pages, the HTTP API, sockets, and what they send and receive.

A view reads its input, calls one function below and answers; decisions about runs, networks and
files are made below. May import every package below. Must not be imported by any of them.
"""
