"""The main journey in Chromium, Firefox and WebKit: `make browsers`.

Each engine is driven by a protocol of the W3C through a library that the other tests have already:
Firefox by WebDriver BiDi over a WebSocket, WebKit by WebDriver over HTTP.
"""
