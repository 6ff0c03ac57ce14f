"""Unpacks an untrusted `.keras` archive: `python -m webapp.kerasfile IN OUT`.

A throw-away process under limits, with json, zipfile, numpy, h5py and our own schemas, and never
TensorFlow: `container` opens the zip, `architecture` turns `config.json` into layers of our schema
(with `arguments` and `compiled`), and `weights` copies the numbers, whose shapes are known before
they are read. `webapp.kerasfile.importing` starts it.

The web process may import `importing`, and `container` to check an export; the rest runs in the
throw-away process only.
"""
