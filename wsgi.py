"""``app``, for any WSGI server; run as a program, it serves (``python wsgi.py``).

gevent replaces the library's waiting here and nowhere else, before anything is imported. What is
imported stays for good, so the garbage collector looks through it neither now nor later; such a
pass delays every answer (docs/results.md, "Constants and their sources").
"""

import gc

gc.disable()

from gevent import monkey  # noqa: E402

monkey.patch_all()

import sys  # noqa: E402

from webapp import private  # noqa: E402
from webapp.app import create_app  # noqa: E402
from webapp.server import serving  # noqa: E402
from webapp.settings import SettingsError  # noqa: E402

private.create_privately()
try:
    app = create_app()
except (SettingsError, OSError) as error:
    if __name__ != "__main__":
        raise
    sys.exit(f"Inkling cannot start: {error}")

gc.freeze()
gc.enable()

if __name__ == "__main__":
    sys.exit(serving.run(app))
