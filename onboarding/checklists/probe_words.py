"""What a probe saw and what to do about it, in the language of whoever reads it."""

from onboarding.checklists.models import ProbeResult
from onboarding.kept_words import unpack
from onboarding.web.language import language, spoken


def told(result: ProbeResult, part: str) -> tuple[str, str]:
    """Its `saw` or `fix` as the page shows it, and the language that it is then in: English where
    what was seen came from elsewhere, or was kept before its words were."""
    plain = result.saw if part == "saw" else result.fix
    text = spoken(unpack(result.said.get(part, plain)))
    return text, "en" if text == plain else language()


def note_told(results: list[ProbeResult], note: str) -> tuple[str, str]:
    """The note of an item that its probe ticked: what the probe saw then. Any other note stands as
    somebody wrote it."""
    known = next((one for one in results if one.saw == note), None)
    return (note, "") if known is None else told(known, "saw")
