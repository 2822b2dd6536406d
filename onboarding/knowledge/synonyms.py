"""Words of the field that stand for one another. Pure."""

from onboarding.knowledge.terms import stem

#: Each line holds words that people use for the same thing.
_GROUPS = (
    "purge invalidate flush clear evict",
    "certificate cert tls ssl https",
    "origin backend upstream",
    "slow latency lag delay sluggish",
    "outage down unavailable unreachable offline",
    "rollback revert undo",
    "cutover flip switch migrate move",
    "cname alias",
    "ttl expiry lifetime",
    "login signin password",
    "log logging logs",
    "stale outdated old",
    "block deny forbid reject refuse",
    "firewall waf",
    "allowlist whitelist",
    "ip address addresses",
    "limit quota throttle",
    "bill invoice billing charge cost price payment",
    "redirect forward",
    "header headers",
    "picture image photo webp avif",
    "nameserver dns resolver zone",
    "country geo region",
    "visitor client user",
    "timeout hang",
    "offload hit",
    "window slot schedule date",
    "phone mobile smartphone",
    "video stream streaming mp4",
    "domain hostname",
    "auth authentication authorization credential username",
    "monitor monitoring probe healthcheck",
    "weekend saturday sunday",
    "staging test preview",
    "fail failure break broken error",
    "config configuration setting",
    "privacy gdpr personal",
    "maintenance downtime",
    "change edit modify",
    "remove delete erase",
    "cut abort interrupt stop",
    "night emergency urgent",
    "forbidden 403 denied unauthorized 401",
    "missing 404",
    "unavailable 502 503 504 gateway 5xx",
    "contractor agency external partner consultant freelancer",
    "temporary guest",
    "location pop datacenter presence region",
    "upload send",
    "email mail mx smtp",
    "restrict protect private lock",
    "launch live",
    "access account permission role member",
    "audit history version",
    "department unit division",
    "split separate divide",
    "compress gzip brotli compression",
    "bandwidth throughput volume",
    "request call query",
    "url address path link uri",
    "bot crawler scraper spider robot robots",
    "attack ddos flood abuse",
    "renew extend prolong",
    "verify validate confirm prove",
    "deploy release publish rollout",
    "slow stall buffer wait",
    "app application",
    "cookie session",
    "store keep retain save retention",
    "limit maximum many",
    "key secret token",
    "webhook callback notification notify alert",
    "report export download csv",
    "phone telephone hotline",
    "reach contact",
    "connection connect",
    "sale campaign promotion peak",
    "preload prefetch warm",
)  # fmt: skip


def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _GROUPS:
        group = {stem(word) for word in line.split()}
        for one in group:
            found.setdefault(one, set()).update(group - {one})
    return {one: frozenset(others) for one, others in found.items()}


SYNONYMS = _table()


def synonyms(stemmed: str) -> frozenset[str]:
    """Stems that may stand for this one."""
    return SYNONYMS.get(stemmed, frozenset())
