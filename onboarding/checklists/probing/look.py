"""One item's probe over all hostnames of a turn-up, as one answer."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from onboarding.checklists.facts import FACTS, Value
from onboarding.checklists.probing.network import Network
from onboarding.checklists.probing.registry import PROBES
from onboarding.checklists.probing.seen import NotSeen, Seen, unknown
from onboarding.checklists.probing.target import Target
from onboarding.checklists.template import Probe
from onboarding.errors import marked, nested

AT_ONCE = 8


def look(
    probe: Probe, hostnames: Sequence[str], facts: Mapping[str, Value], network: Network
) -> Seen:
    """Run the probe for every hostname, a few at a time; each takes `network.limits.seconds` at
    most. It passes where all pass; a failure of one outweighs what could not be judged of others.

    `facts` as from `facts.complete`. Raises nothing that a stranger's server causes.
    """
    if not hostnames:
        return unknown(marked("no hostname is listed yet"), marked("list the hostnames that move"))
    settings_type, function = PROBES[probe.kind]
    values, missing = _filled(probe, facts)
    if missing:
        asks = "; ".join(FACTS[name].ask if name in FACTS else name for name in missing)
        asked = nested(asks) if len(missing) == 1 else asks
        return unknown(
            marked("a question is not answered yet"), marked("answer: {asks}", asks=asked)
        )
    settings = settings_type(**values)
    edge = str(facts.get("edge_hostname", "")) if values.get("at") == "edge" else ""
    names = frozenset(hostnames)

    def one(hostname: str) -> Seen:
        try:
            return function(Target(hostname, _host(edge), names), settings, network)
        except NotSeen as fault:
            return fault.as_seen()

    with ThreadPoolExecutor(min(AT_ONCE, len(hostnames))) as threads:
        return together(dict(zip(hostnames, threads.map(one, hostnames), strict=True)))


def _filled(probe: Probe, facts: Mapping[str, Value]) -> tuple[dict[str, Any], list[str]]:
    """The settings with facts in place, and the names of facts that nobody answered."""
    values: dict[str, Any] = {}
    missing = []
    for name, value in probe.settings:
        if isinstance(value, str) and value.startswith("$"):
            value = str(facts.get(value[1:], "")).strip() or value
            if value.startswith("$"):
                missing.append(value[1:])
        values[name] = value
    if values.get("at") == "edge" and not facts.get("edge_hostname"):
        missing.append("edge_hostname")
    return values, missing


def _host(text: str) -> str:
    return text.strip().rstrip(".").lower()


def together(by_hostname: Mapping[str, Seen]) -> Seen:
    """The answers for several hostnames as one: what fails first, then what is not known."""
    answers = list(by_hostname.values())
    if len(answers) == 1:
        return answers[0]
    of = len(answers)
    for verdict in (False, None):
        those = [seen for seen in answers if seen.passes is verdict]
        if those:
            saw = those[0].saw
            if len(those) > 1:
                more = len(those) - 1
                saw = marked("{saw} (and {n} more of {of} names)", saw=saw, n=more, of=of)
            break
    else:
        verdict, those = True, answers
        saw = marked("{saw} (and all {of} names)", saw=those[0].saw, of=of)
    details = {
        name: {**seen.details, "passes": seen.passes, "saw": seen.saw, "fix": seen.fix}
        for name, seen in by_hostname.items()
    }
    return replace(those[0], passes=verdict, saw=saw, details=details)
