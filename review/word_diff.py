"""What changed between two texts, word by word: which words are new, which went, which stayed."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST = 4_000  # words, spaces and signs of a text that are compared; beyond, the comparison would hold up the page


def word_diff(old: str, new: str) -> list[tuple[str, str]]:
    """Runs of text in reading order, each `same`, `gone` (of ``old``) or `new`; joined without `gone` it is ``new``."""
    before, after = WORDS.findall(old), WORDS.findall(new)
    if len(before) > MOST or len(after) > MOST:
        return [("gone", old), ("new", new)]
    runs: list[tuple[str, str]] = []
    # What a long text repeats all over is no place to begin a comparison at: "a a a ..." would take half a minute.
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=True).get_opcodes():
        if kind == "equal":
            runs.append(("same", "".join(after[c:d])))
            continue
        runs += [(how, text) for how, text in (("gone", "".join(before[a:b])), ("new", "".join(after[c:d]))) if text]
    return runs
