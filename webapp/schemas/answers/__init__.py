"""Every answer of the HTTP interface and every payload of a socket, as a model.

They describe, and are not in the way of a request: the program answers plain dictionaries, the
OpenAPI document is made from these models, and the tests check each answer they get against it
(``tests/described.py``). A key with a default may be missing; every other key is always there.
"""
