"""What comes over a connection before the application sees it: where a request ends
(``framing``), and sessions of Engine.IO that leave nothing behind (``sessions``)."""
