"""What a reviewer's remarks ask of the next answer.

The wishes are recognised by their words: shorter or longer, so many words, words to use or to avoid, the services to be
named, a question, a tone. Remarks in which none is recognised still count: their own words go into the answer.
"""

import re
from dataclasses import dataclass

_NONE = re.compile(r"\W*(?:none|no remarks?|nothing|n/?a|null|-)?\W*\Z", re.IGNORECASE)
_NUMBERS = {
    name: number
    for number, name in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    )
}
_LIMIT = re.compile(
    r"(?:at most|no more than|fewer than|less than|under|max(?:imum)?(?: of)?|only|up to|in)\s+(\d+|"
    + "|".join(list(_NUMBERS)[1:])
    + r")\s+words?|(\d+|"
    + "|".join(list(_NUMBERS)[1:])
    + r")\s+words?(?:\s+(?:at most|or fewer|or less|max))?",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{2,60})[\"“”«»]|(?<!\w)['‘]([^'’‘]{2,60})['’](?!\w)")
_SHORTER = re.compile(
    r"\b(short(?:er|en)?|too long|brief(?:er)?|concise|tighter|crisper|snappier|less wordy)\b", re.IGNORECASE
)
_LONGER = re.compile(r"\b(longer|more detail(?:s|ed)?|too short|elaborate|explain more|say more)\b", re.IGNORECASE)
_SERVICES = re.compile(r"\b(services?|products?|tools?|technolog(?:y|ies)|aws names?)\b", re.IGNORECASE)
_QUESTION = re.compile(r"\b(?:as|into|be|make it|form of) an? question\b|\bquestion\b", re.IGNORECASE)
_PLAYFUL = re.compile(
    r"\b(fun(?:ny|nier)?|playful|catchy|catchier|exciting|lively|livelier|punchy|punchier|bolder?)\b", re.IGNORECASE
)
_PLAIN = re.compile(
    r"\b(plain(?:er)?|simple[r]?|formal|serious|neutral|sober|less hype|matter-of-fact)\b", re.IGNORECASE
)
_INCLUDE = re.compile(
    r"\b(?:mention(?:ing)?|includ(?:e|ing)|add(?:ing)?|use the words?|us(?:e|ing)|nam(?:e|ing)|say(?:ing)?|"
    r"emphasi[sz]e|highlight|stress|bring up|talk about|with the words?)\s+(?:that\s+)?(.+?)"
    r"(?=[.;,!?]|\s+(?:in|into|to) the (?:title|description)|"
    r"\s+(?:and|but)\s+(?:make|keep|avoid|don't|drop|leave|mention|use|be|not)\b|\Z)",
    re.IGNORECASE,
)
_FOCUS = re.compile(
    r"\b(?:focus(?:ing)?|concentrate|centre|center)\s+(?:more\s+)?on\s+(.+?)(?=[.;,!?]|\Z)", re.IGNORECASE
)
_AVOID = re.compile(
    r"\b(?:avoid(?:ing)?|without|drop|remove|leave out|don[’']?t (?:use|say|mention)|do not (?:use|say|mention)|"
    r"not? so much|no more)\s+(?:the words?\s+)?(.+?)(?=[.;,!?]|\s+(?:and|but|or)\b|\Z)",
    re.IGNORECASE,
)
_EDGES = re.compile(r"^(?:the|a|an|its?|their|word|words|phrase|name|names|of)\s+", re.IGNORECASE)
_ABOUT_TITLE = re.compile(r"\btitles?\b|\bheadlines?\b", re.IGNORECASE)
_ABOUT_DESCRIPTION = re.compile(r"\bdescriptions?\b|\bsummar(?:y|ies)\b", re.IGNORECASE)
_STOP = frozenset(
    """
    a an and are as at be but by could do for from give have i in is it its itself less make maybe more much not
    of on or please should so some something that the them these they this those to too try very was we would
    you your title description titles again better one ones like want need different other new model models hate
    dislike boring bad awful generic weak meh wrong good nice great okay ok really just still than think feel
    sounds sound
    """.split()  # noqa: SIM905 - words read better as words
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the next answer should be like. ``words`` are the remarks' own, where nothing else was recognised."""

    text: str = ""
    max_words: int | None = None
    shorter: bool = False
    longer: bool = False
    name_services: bool = False
    question: bool = False
    playful: bool = False
    plain: bool = False
    include: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    title: bool = True
    description: bool = True

    def __bool__(self) -> bool:
        return bool(self.text)


def read_wishes(remarks: str) -> Wishes:
    """Understand ``remarks``; "none" and the like ask for nothing."""
    text = " ".join(remarks.split())
    if _NONE.match(text):
        return Wishes()
    quoted = [first or second for first, second in _QUOTED.findall(text)]
    avoid = [_trimmed(found) for found in _AVOID.findall(text)]
    rest = _AVOID.sub(" ", text)
    focus = [_trimmed(found) for found in _FOCUS.findall(rest)]
    asked = [_trimmed(found) for found in _INCLUDE.findall(_FOCUS.sub(" ", _QUOTED.sub(" ", rest)))]
    name_services = any(_SERVICES.search(each) for each in asked)
    asked = [each for each in asked if not _SERVICES.search(each) and not _LIMIT.search(each)]
    include = [
        each
        for each in dict.fromkeys([*quoted, *asked])
        if each and not each.lower().startswith("in the ") and not any(each in one for one in avoid)
    ]
    limit = _LIMIT.search(rest)
    on_title, on_description = bool(_ABOUT_TITLE.search(text)), bool(_ABOUT_DESCRIPTION.search(text))
    wishes = Wishes(
        text=text,
        max_words=_number(limit.group(1) or limit.group(2)) if limit else None,
        shorter=bool(_SHORTER.search(rest)) and not _LONGER.search(rest),
        longer=bool(_LONGER.search(rest)),
        name_services=name_services,
        question=bool(_QUESTION.search(rest)),
        playful=bool(_PLAYFUL.search(rest)),
        plain=bool(_PLAIN.search(rest)),
        include=tuple(include[:3]),
        focus=tuple(each for each in focus if each)[:1],
        avoid=tuple(each for each in avoid if each),
        title=on_title or not on_description,
        description=on_description or not on_title,
    )
    recognised = any(
        (wishes.max_words, wishes.shorter, wishes.longer, wishes.name_services, wishes.question, wishes.playful,
         wishes.plain, wishes.include, wishes.focus, wishes.avoid)
    )  # fmt: skip
    return wishes if recognised else Wishes(text=text, words=_own_words(text), title=wishes.title)


def _number(text: str) -> int:
    return max(1, int(text)) if text.isdigit() else _NUMBERS[text.lower()]


def _trimmed(text: str) -> str:
    text = text.strip(" \"'“”‘’.:")
    while (shorter := _EDGES.sub("", text)) != text:
        text = shorter
    return " ".join(text.split()[:5])


def _own_words(text: str) -> tuple[str, ...]:
    words = [word for word in re.findall(r"[A-Za-z][\w'’-]+", text) if word.lower() not in _STOP and "'" not in word]
    return tuple(dict.fromkeys(words))[:3]
