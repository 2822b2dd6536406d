"""What somebody says in answer to a letter about an item. Pure."""

import re
from dataclasses import dataclass

LONGEST = 2000
DONE = frozenset({"done", "approved", "agreed", "erledigt", "fertig", "fait", "hecho", "fatto"})
#: These say so only where they are all that is said: "OK, but how?" is a question.
DONE_ALONE = frozenset({"ok", "okay", "yes", "ja", "oui", "si", "sí"})
STUCK = frozenset({"stuck", "blocked"})
#: How an answer to a page begins.
ACK = (
    *("ack", "acked", "acknowledge", "acknowledged", "on it", "on my way", "mine", "got it"),
    *(
        "i have it",
        "i have this",
        "i am on it",
        "i'm on it",
        "i got it",
        "taking it",
        "still on it",
    ),
)
OVER = ("resolved", "over", "fixed", "solved", "closed")
_LINK = re.compile(r"https?://[^\s<>\"']{3,480}")
#: Where the mail begins that is answered: "On … wrote:" and a block of headers, in any language.
_WROTE = re.compile(r"\S.{4,200}:\s*")
_HEADER = re.compile(r"\*?[A-Z][\w-]{1,15}( \w+)?:\*? \S.*")
_RULE = re.compile(r"_{10,}|-{3,} ?.*[Oo]riginal.* ?-{3,}")


@dataclass(frozen=True)
class Answer:
    """`verb`: done, stuck or say; `words` what is said with it, `link` the first in them."""

    verb: str
    words: str
    link: str = ""


def answer(text: str) -> Answer:
    """What the text of a mail says, without what it quotes and its signature.

    Its first word decides, where no question is asked in the same line.
    """
    said = fresh(text)[:LONGEST].strip()
    first, _, rest = said.partition("\n")
    word, _, more = first.strip().partition(" ")
    bare = word.strip("*_.,;:!-\u2013").casefold()
    more = more.lstrip(" -\u2013:,.").rstrip()
    found = _LINK.search(said)
    link = found[0].rstrip(".,;)") if found else ""
    alone = bare in DONE_ALONE and not more and not rest.strip()
    if "?" not in first and (bare in DONE or alone):
        return Answer("done", "\n".join(filter(None, (more, rest.strip()))), link)
    if bare in STUCK:
        words = "\n".join(filter(None, (more, rest.strip())))
        return Answer("stuck", words or said, link)
    return Answer("say", said, link)


def page_verb(text: str) -> str:
    """What the text of a mail says to a page: acknowledge, resolve, or empty for neither. Its first
    line decides; a question says neither, and "ok" does where it is all that is said."""
    said = fresh(text)[:LONGEST].strip()
    first, _, rest = said.partition("\n")
    first = first.strip().replace("\u2019", "'").casefold()
    bare = first.strip("*_.,;:!-\u2013 ")
    if "?" in first:
        return ""
    if any(re.match(rf"{re.escape(one)}\b", bare) for one in OVER):
        return "resolve"
    alone = bare in DONE_ALONE and not rest.strip()
    if alone or any(re.match(rf"{re.escape(one)}\b", bare) for one in ACK):
        return "acknowledge"
    return ""


def fresh(text: str) -> str:
    """The lines that were written for this mail: those above a quotation or a signature."""
    return folded(text)[0]


def folded(text: str) -> tuple[str, str]:
    """(what was written for this mail, what stands below it: a quotation, a signature)."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _ends(line, [one.strip() for one in lines[number + 1 : number + 4]]):
            break
    else:
        number = len(lines)
    said = "\n".join(line.rstrip() for line in lines[:number]).strip()
    return said, "\n".join(lines[number:]).strip()


def answer_in(text: str) -> str:
    """What is kept of an answer: what was written for it; all of the text where the answer stands
    below what it quotes, or between its lines."""
    said, rest = folded(text)
    quoting, signed = False, False
    for line in rest.split("\n"):
        bare = line.strip()
        signed = signed or line.rstrip("\r") in ("-- ", "--")
        quoting = quoting or bare.startswith(">")
        between = quoting and bare and not bare.startswith(">") and not _WROTE.fullmatch(bare)
        if between and not signed:
            return text.strip()
    return said or text.strip()


def _ends(line: str, following: list[str]) -> bool:
    bare = line.strip()
    if bare.startswith(">") or line.rstrip("\r") in ("-- ", "--") or _RULE.fullmatch(bare):
        return True
    coming = [one for one in following if one]
    quoted = bool(coming) and coming[0].startswith(">")
    if quoted and _WROTE.fullmatch(bare):
        return True
    if len(coming) > 1 and coming[1].startswith(">") and _broken(bare, following[0]):
        return True
    return bool(_HEADER.fullmatch(bare) and following and _HEADER.fullmatch(following[0]))


def _broken(first: str, second: str) -> bool:
    """Whether two lines are one "On …, 10:30, somebody <address> wrote:" that was broken: the
    second is its last words, the first has its date or address."""
    few = 0 < len(second.split()) <= 3
    dated = any(mark.isdigit() or mark == "@" for mark in first)
    return few and dated and bool(_WROTE.fullmatch(f"{first} {second}"))
