"""How each model speaks, so that two candidates never read alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Forms of a title with and without a tool to name; how a description begins and how many sentences follow.

    In a form, ``topic`` has its article ("a task token"), ``Topic`` and ``Other`` have none, ``tool`` is a proper name.
    """

    with_tool: tuple[str, ...]
    without: tuple[str, ...]
    question: tuple[str, str]  # with a tool, without
    short: tuple[str, str]  # the same, for titles that have to be shorter
    named: str  # shorter, and naming its tools
    lead: str
    sentences: int


VOICES: Mapping[str, Voice] = MappingProxyType(
    {
        "claude": Voice(
            with_tool=("Building {topic} with {tool}", "{Topic} on {tool}, Step by Step", "How {tool} Runs {topic}"),
            without=("Building {topic}", "{Topic}, Step by Step", "How {Topic} Comes Together"),
            question=("How Does {tool} Run {topic}?", "What Is Behind {Topic}?"),
            short=("{Topic} with {tool}", "{Topic}"),
            named="{tool}",
            lead="",
            sentences=2,
        ),
        "gpt": Voice(
            with_tool=(
                "{tool} in Action: {Topic}",
                "Inside {topic}: {tool} at Work",
                "From Idea to {Topic} with {tool}",
            ),
            without=("{Topic} in Action", "Inside {topic}", "From Idea to {Topic}"),
            question=("What Can {tool} Do for {Topic}?", "What Makes {Topic} Work?"),
            short=("{tool}: {Topic}", "Inside {topic}"),
            named="Inside {tool}",
            lead="See how {phrases} fit together.",
            sentences=1,
        ),
        "open": Voice(
            with_tool=(
                "{Topic}: What {tool} Does for You",
                "A Closer Look at {topic} and {tool}",
                "{tool} and {topic}",
            ),
            without=("{Topic}: What You Should Know", "A Closer Look at {topic}", "{Topic} and {Other}"),
            question=("{Topic}: What Does {tool} Do?", "{Topic}: What Should You Know?"),
            short=("{Topic} on {tool}", "{Topic} and {Other}"),
            named="{tool}, Together",
            lead="A short walk through {phrases}.",
            sentences=1,
        ),
        "llama": Voice(
            with_tool=(
                "{Topic} in Practice with {tool}",
                "Getting Started with {tool} and {topic}",
                "{Topic} Made Simple",
            ),
            without=("{Topic} in Practice", "Getting Started with {topic}", "{Topic} Made Simple"),
            question=("Who Needs {topic} with {tool}?", "Who Needs {topic}?"),
            short=("{Topic} and {tool}", "Simple {Topic}"),
            named="Using {tool}",
            lead="In this video: {phrases}.",
            sentences=1,
        ),
        "cohere": Voice(
            with_tool=("What {tool} Means for {topic}", "{Topic}, Explained with {tool}", "Meet {topic} and {tool}"),
            without=("What {topic} Means", "{Topic}, Explained", "Meet {topic}"),
            question=("What Does {tool} Mean for {topic}?", "What Does {topic} Mean?"),
            short=("{Topic}, by {tool}", "Meet {topic}"),
            named="Meet {tool}",
            lead="All about {phrases}.",
            sentences=1,
        ),
    }
)
