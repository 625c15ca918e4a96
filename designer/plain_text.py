"""The documentation in AWS's service models, which is HTML, as plain text. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset({"p", "li", "ul", "ol", "dl", "dt", "dd", "note", "important", "br", "div", "pre", "h2", "h3"})
_SILENT = frozenset({"script", "style"})


class _Text(HTMLParser):
    """Blocks become lines, list items begin with a hyphen, everything else is only its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data.replace("\n", " "))


def plain(html: str, limit: int = 0) -> str:
    """Lines of text without markup; cut at a word with an ellipsis where it is longer than ``limit`` (0: never)."""
    if "<" not in html and "&" not in html:
        text = html
    else:
        parser = _Text()
        parser.feed(html)
        parser.close()
        text = "".join(parser.parts)
    lines = (re.sub(r"[ \t\r\f\v]+", " ", line).strip() for line in text.split("\n"))
    # A paragraph within a list item begins on the item's own line.
    whole = re.sub(r"(?m)^-\n", "- ", "\n".join(line for line in lines if line))
    return whole if not limit or len(whole) <= limit else whole[:limit].rsplit(None, 1)[0] + " …"


def first_sentence(html: str, limit: int = 160) -> str:
    """What a thing does, in a line."""
    begin = plain(html[: 4 * limit]).split("\n", 1)[0]
    found = re.match(r".+?[.!?](?=\s|$)", begin)
    sentence = found[0] if found else begin
    return sentence if len(sentence) <= limit else sentence[:limit].rsplit(None, 1)[0] + " …"
