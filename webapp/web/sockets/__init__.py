"""Socket.IO: events from the page, and what is pushed to it.

``handlers`` reads events, ``publisher`` pushes to ``rooms``; ``packets``, ``websocket``,
``sessions`` and ``handshakes`` bound what a client may send and keep open, in place of parts of
the libraries. May import what ``webapp.web`` may. Must not hold a rule about runs or networks: HTTP
would not have it.
"""
