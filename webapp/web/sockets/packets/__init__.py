"""What a client of Socket.IO may send, in front of the library's own handlers.

``head`` reads what a packet is without its JSON; ``gate`` holds each connection's budget;
``guard`` hooks both into the library, for WebSockets and for long polling; ``message`` bounds
what a WebSocket keeps of a message that is not whole.
"""

from webapp.web.sockets.packets.gate import drop, drop_if_behind
from webapp.web.sockets.packets.guard import TextPacket, guard
from webapp.web.sockets.packets.head import Known
from webapp.web.sockets.packets.places import Places

__all__ = ["Known", "Places", "TextPacket", "drop", "drop_if_behind", "guard"]
