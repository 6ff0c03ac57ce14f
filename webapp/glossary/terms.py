"""All terms, in the order of the page."""

from __future__ import annotations

from webapp.glossary import data, network, results, training
from webapp.glossary.term import Term
from webapp.schemas.marks import N_

SUBJECTS: tuple[tuple[str, tuple[Term, ...]], ...] = (
    (N_("Data"), data.TERMS),
    (N_("Network"), network.TERMS),
    (N_("Training"), training.TERMS),
    (N_("Results"), results.TERMS),
)
"""The sections of the page: title (a msgid) and terms."""

TERMS: dict[str, Term] = {term.name: term for _title, terms in SUBJECTS for term in terms}
