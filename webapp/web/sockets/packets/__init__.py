"""Limits on what a client of Socket.IO may send, in front of the library's own handlers.

``head`` classifies a packet without parsing its JSON; ``gate`` holds each connection's budget;
``guard`` hooks both into the library, for WebSockets and for long polling; ``message`` limits what
is kept of an incomplete WebSocket message.
"""

from webapp.web.sockets.packets.gate import drop, drop_if_behind
from webapp.web.sockets.packets.guard import TextPacket, guard
from webapp.web.sockets.packets.head import Known
from webapp.web.sockets.packets.places import Places
from webapp.web.sockets.packets.unread import check as check_unread

__all__ = [
    "Known",
    "Places",
    "TextPacket",
    "check_unread",
    "drop",
    "drop_if_behind",
    "guard",
]
