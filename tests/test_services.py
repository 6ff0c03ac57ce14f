"""What an application carries: by typed keys, each application its own."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.services import Service


def test_each_application_has_its_own() -> None:
    key: Service[list[int]] = Service("numbers")
    one, other = Flask("one"), Flask("other")
    key.provide(one, [1])
    key.provide(other, [2])
    with one.app_context():
        assert key.get() == [1]
        assert key.get(other) == [2]


def test_what_is_missing_has_a_name() -> None:
    key: Service[int] = Service("the answer")
    with pytest.raises(LookupError, match="the answer"):
        key.get(Flask("empty"))


def test_what_can_be_made_is_made_once() -> None:
    key: Service[list[int]] = Service("numbers", list)
    app = Flask("one")
    key.get(app).append(1)
    assert key.get(app) == [1]


def test_a_name_may_be_used_twice() -> None:
    one: Service[int] = Service("number")
    other: Service[int] = Service("number")
    app = Flask("one")
    assert (one.provide(app, 1), other.provide(app, 2), one.get(app)) == (1, 2, 1)
