"""Why a run failed, in the reader's language: what is stored is the English sentence."""

from __future__ import annotations

import re

from flask_babel import gettext

from webapp.configuration.memory import OVER

WITH_NUMBERS = (OVER,)
"""Sentences that hold numbers: stored with them, so that the log and the events can be read."""


def told(sentence: str) -> str:
    """The stored sentence, translated. One with numbers is known again by its words."""
    for msgid in WITH_NUMBERS:
        found = _pattern(msgid).fullmatch(sentence)
        if found:
            return str(gettext(msgid, **found.groupdict()))
    return str(gettext(sentence))


def _pattern(msgid: str) -> re.Pattern[str]:
    """What ``msgid`` is once its values are filled in; none of them holds a space."""
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>\\S+)", re.escape(msgid)))
