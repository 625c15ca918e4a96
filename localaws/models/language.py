"""What a text says about itself: its sentences, its key phrases, the services it names. yake and segtok do the work.

Nothing here is random and nothing is learnt: the same text gives the same answer on every machine.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"\w+|[^\w\s]")
_WORD = re.compile(r"[A-Za-z][\w'’-]*")
_GREETING = re.compile(
    r"\b(hi|hello|hey|welcome|thanks?|thank you|subscribe|see you|good (?:morning|afternoon|evening)|bye)\b",
    re.IGNORECASE,
)
_CONNECTIVE = re.compile(
    r"^(?:and|but|so|then|now|first|second|third|next|finally|also|well|okay|ok|today|here|because|however|again)"
    r"\b[,:]?\s+",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    r"^(?:in this (?:video|talk|session|episode),?\s+)?(?:i|we)(?:['’]ll|\s+will|\s+want to|\s+am going to|['’]m going"
    r" to|\s+are going to|['’]re going to)\s+(?:show|tell|explain|see|look at)(?:\s+to)?(?:\s+you)?\s+(?=how|why|what)",
    re.IGNORECASE,
)
_SERVICE = re.compile(r"\b(?:AWS|Amazon)(?: (?:[A-Z][A-Za-z0-9]*|[A-Z0-9]{2,}))+")
_SHORT_SERVICES = re.compile(
    r"\b(?:Step Functions|Bedrock|Lambda|DynamoDB|EventBridge|CloudWatch|S3|SQS|SNS|Hugging ?Face|OpenAI|Transcribe|"
    r"Rekognition|Textract|Comprehend|SageMaker|API Gateway|Kinesis|Polly|Translate)\b"
)
# Words that a phrase of a title is better without; mostly verbs that yake takes for part of a name.
_WEAK = frozenset(
    """
    able add added adds again answer answers any ask asks back become becomes begin begins build builds built
    call calls came can carries carry change changes come comes cost costs could day decide decides describe
    describes do does done draw drawn draws even every fail fails find finds first follow follows gave get gets
    give given gives go goes gone good great happen happens help helps here hour idea just keep keeps kind know
    let lets like little look looks lot made make makes managing many may mean means minute move moved moves
    much need needs never new next now one open opens part pass passes pause pauses people pick picks place
    point propose proposes put puts rarely read reads remember remembers retries retry run running runs said say
    says second see sees send sends several short show shown shows single small something sort start started
    starts stop stops store stored stores suggest suggests take takes talk tell tells thing things third three
    time title titles description today together took try tries turn turns two use used uses using video videos
    wait waits walk want wants watch watching way week whole will work works write writes written year years
    """.split()  # noqa: SIM905 - words read better as words
)
_JOINTS = frozenset(
    """
    as at by for from in into of on onto over per than that to under until with without
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that a text is about; ``name`` when it's a proper name rather than common words."""

    text: str
    name: bool


def count_tokens(text: str) -> int:
    """About as many as a model's tokenizer would count."""
    return len(_TOKEN.findall(text))


def first_tokens(text: str, limit: int) -> tuple[str, bool]:
    """The text cut to ``limit`` tokens, and whether anything was cut."""
    for number, found in enumerate(_TOKEN.finditer(text)):
        if number >= limit:
            return text[: found.start()].rstrip(), True
    return text, False


@lru_cache(maxsize=64)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of ``text``, in order, whitespace made plain."""
    from segtok.segmenter import split_multi

    found = (" ".join(sentence.split()) for sentence in split_multi(text))
    return tuple(sentence for sentence in found if _WORD.search(sentence))


def telling(text: str) -> tuple[str, ...]:
    """The sentences that say something: no greeting, no question; connectives dropped where more than one is left."""
    kept = [each for each in sentences(text) if not _GREETING.search(each) and not each.endswith("?")]
    return tuple(_standing_alone(each) for each in (kept or sentences(text)))


def _standing_alone(sentence: str) -> str:
    bare = _ANNOUNCEMENT.sub("", _CONNECTIVE.sub("", sentence))
    return bare[:1].upper() + bare[1:]


@lru_cache(maxsize=64)
def key_phrases(text: str) -> tuple[Phrase, ...]:
    """What the text is about, the best first; names and common phrases together, none inside another."""
    import yake

    if len(_WORD.findall(text)) < 3:
        return tuple(Phrase(word, name=word[:1].isupper()) for word in _WORD.findall(text))
    extractor = yake.KeywordExtractor(lan="en", n=3, dedupLim=0.8, top=60)
    common = frozenset(_WORD.findall(text))
    kept: list[Phrase] = [Phrase(name, name=True) for name in services(text)]
    for raw, _score in extractor.extract_keywords(text):
        phrase = _phrase(str(raw), common)
        if phrase is not None and not _covered(phrase.text, (each.text for each in kept)):
            kept = [each for each in kept if not _covered(each.text, [phrase.text])]
            kept.append(phrase)
    return tuple(kept)


def _phrase(raw: str, common: frozenset[str]) -> Phrase | None:
    words = raw.split()
    # A capital at the head of a sentence makes no name: the word occurs without it elsewhere, or is a weak one.
    words = [word.lower() if word.lower() in common or word.lower() in _WEAK else word for word in words]
    if any(word.lower() in _WEAK or word.lower() in _JOINTS or len(word) < 2 for word in words):
        return None
    names = [word[:1].isupper() and not word.isupper() for word in words]
    if any(names) and not all(name or word.isupper() for name, word in zip(names, words, strict=True)):
        return None
    if len(words) > 1 and words[-1].endswith(("ed", "ly")):
        return None
    if len(words) == 1 and not any(names) and (len(words[0]) < 5 or words[0].endswith(("ly", "ed"))):
        return None
    return Phrase(" ".join(words), name=any(names))


def _covered(phrase: str, others: Iterable[str]) -> bool:
    inner = f" {phrase.lower().rstrip('s')} "
    return any(inner.strip() in f" {other.lower()} " for other in others)


@lru_cache(maxsize=64)
def services(text: str) -> tuple[str, ...]:
    """The services that the text names, in order, each once and by its fullest name."""
    found = [match.group() for match in _SERVICE.finditer(text)]
    found += [match.group() for match in _SHORT_SERVICES.finditer(text)]
    named: list[str] = []
    for name in found:
        # A language is no service.
        if not name.endswith("Language") and not any(name in other for other in named):
            named.append(name)
    return tuple(sorted(named, key=text.find))


def short_name(service: str) -> str:
    """The name without its maker: "AWS Step Functions" -> "Step Functions"."""
    return service.removeprefix("AWS ").removeprefix("Amazon ")


def best_sentences(text: str, number: int, *, avoid: Sequence[str] = ()) -> list[str]:
    """The ``number`` sentences that carry most of what the text is about, in the text's own order."""
    candidates = [each for each in telling(text) if not any(word.lower() in each.lower() for word in avoid)]
    candidates = candidates or list(telling(text))
    phrases = key_phrases(text)[:14]

    def weight(place: int) -> float:
        words = candidates[place].lower()
        carried = sum(1 / (2 + rank) for rank, phrase in enumerate(phrases) if phrase.text.lower() in words)
        length = len(words.split())
        return carried * min(1.0, 24 / max(length, 8)) + 0.15 / (1 + place)

    chosen = sorted(range(len(candidates)), key=lambda place: (-weight(place), place))[:number]
    return [candidates[place] for place in sorted(chosen)]


_SMALL = frozenset(
    """
    a an and as at but by for from in nor of on or so the to with without vs via
    """.split()  # noqa: SIM905
)


def title_case(text: str) -> str:
    """Capitals as a headline has them; words with capitals of their own are left alone."""
    words = text.split()
    cased = [
        word if any(letter.isupper() for letter in word) or (0 < place < len(words) - 1 and word in _SMALL)
        else word[:1].upper() + word[1:]
        for place, word in enumerate(words)
    ]  # fmt: skip
    return " ".join(cased)


def with_article(phrase: Phrase) -> str:
    """With its article where it has one: "a workflow", "an order desk", "task tokens", "Amazon S3"."""
    if phrase.name or phrase.text.endswith("s"):
        return phrase.text
    head = phrase.text.split()[0]
    sounds_open = head[0].lower() in "aeiou" or (head.isupper() and head[0] in "AEFHILMNORSX")
    return f"{'an' if sounds_open else 'a'} {phrase.text}"


def listed(items: Sequence[str]) -> str:
    """The items in a row: "a", "a and b", "a, b and c"."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def closed(sentence: str) -> str:
    """With a full stop where it has no end."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
