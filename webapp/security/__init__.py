"""Who may come in, who made what, and how much each client may do.

``gate`` checks hosts, origins and tokens before Flask, with ``access`` and ``root_path``;
``owners`` signs who made a run; ``limits`` and ``rates`` bound requests, ``places`` gives each
client its turn; ``refusals`` logs what was refused. May import ``data_dir``, ``settings`` and
``errors``. Must not know a run or what a route does.
"""
