"""Run the Node that Playwright's package carries, so that none need be installed."""

from __future__ import annotations

import os
import sys

from playwright._impl._driver import compute_driver_executable

node, _ = compute_driver_executable()
os.execv(node, [node, *sys.argv[1:]])
