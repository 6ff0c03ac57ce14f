"""Collect the sentences for people into webapp/translations/*/LC_MESSAGES/messages.po.

    python scripts/translations.py [PAIRS.json ...]

New sentences are added untranslated, old translations stay, unused ones are removed. Each file of
pairs, ``{"English": "中文"}`` (or a list of forms), adds Chinese. Prints what is untranslated; the
exit code is 1 while there is something. Nothing is compiled: the server reads the .po files.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))  # babel.cfg names our own extractor
LOCALE = "zh_Hans"
PO = ROOT / "webapp" / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2)}


def extracted() -> Catalog:
    """Return every sentence in Python, templates and JavaScript, with its files."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        mapping, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]
    catalog = Catalog()
    found = extract_from_dir(
        ROOT, mapping, options, KEYWORDS, directory_filter=_is_ours, comment_tags=("i18n:",)
    )
    for name, _line, message, comments, context in sorted(found, key=_place):
        catalog.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return catalog


def _is_ours(directory: str) -> bool:
    """Return whether ``babel.cfg`` names the folder; others are large."""
    path = Path(directory).relative_to(ROOT)
    return not path.parts or path.parts[0] in ("webapp", "templates", "static")


def _place(found: tuple[object, ...]) -> tuple[str, int]:
    return str(found[0]), int(str(found[1]))


def translated() -> Catalog:
    """Return the existing Chinese sentences."""
    if not PO.exists():
        return Catalog(locale=LOCALE)
    with PO.open("rb") as file:
        return read_po(file, locale=LOCALE)


def update(pairs: dict[str, Any]) -> Catalog:
    """Return the Chinese catalogue of the current sentences, with ``pairs`` added."""
    catalog = Catalog(locale=LOCALE)
    old = translated()
    for message in extracted():
        if message.id:
            known = old.get(message.id, message.context)
            catalog.add(
                message.id,
                _filled(message.id, known.string if known else "", pairs),
                message.locations,
                auto_comments=message.auto_comments,
                context=message.context,
            )
    return catalog


def _filled(msgid: Any, known: Any, pairs: dict[str, Any]) -> Any:
    """Return the translation in ``pairs``, else the known one. Chinese has no plural form."""
    if isinstance(msgid, str):
        return pairs.get(msgid) or known
    found = pairs.get(msgid[1]) or pairs.get(msgid[0])
    if found:
        return (found if isinstance(found, str) else found[-1],)
    return known or ("",)


def untranslated(catalog: Catalog) -> Iterator[str]:
    """Yield the sentences without Chinese."""
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple | list) else [message.string]
        if message.id and not all(forms):
            yield message.id if isinstance(message.id, str) else str(message.id[0])


def main(arguments: list[str]) -> int:
    """Update the file; return the exit code."""
    pairs: dict[str, Any] = {}
    for name in arguments:
        pairs |= json.loads(Path(name).read_text(encoding="utf-8"))
    catalog = update(pairs)
    PO.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, catalog, width=100, omit_header=True, include_lineno=False)
    PO.write_bytes(written.getvalue())
    missing = list(untranslated(catalog))
    print(f"{len(catalog)} sentences, {len(missing)} without Chinese")
    print(*(f"  {msgid}" for msgid in missing), sep="\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
