"""Datasets on this machine: which are here, the download, and pages of digits to look at.

``files`` knows the paths and ``check`` the format; workers import these two, so this file imports
nothing and these two import neither NumPy nor the web. ``catalogue``, ``download`` and ``browse``
serve the web process and may import ``workers``; nothing here may know a run.
"""
