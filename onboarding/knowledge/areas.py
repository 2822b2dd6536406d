"""Product areas, and which one a text is about. Pure."""

from onboarding.errors import marked
from onboarding.knowledge.terms import stem, words

AREAS = {
    "account": marked("Account and access"),
    "api": marked("API"),
    "caching": marked("Caching"),
    "dns": marked("DNS"),
    "logging": marked("Logs and analytics"),
    "origin": marked("Origin"),
    "performance": marked("Performance"),
    "security": marked("Security"),
    "tls": marked("Certificates and TLS"),
    "traffic": marked("Traffic and cutover"),
}
_WORDS = {
    "account": "account invite login password user team contact role billing",
    "api": "api token endpoint grpc json webhook method",
    "caching": "cache caching ttl purge stale hit offload cacheable vary",
    "dns": "dns cname nameserver zone record apex resolver",
    "logging": "log logging logs analytics stream report dashboard",
    "origin": "origin backend upstream shield host health timeout",
    "performance": "latency slow speed compression image http2 http3",
    "security": "waf firewall bot ddos attack block allowlist rule",
    "tls": "tls ssl certificate cert https caa issue renew key",
    "traffic": "cutover ramp rollback traffic forecast window flip share step",
}
_TABLE = {stem(word): area for area, line in _WORDS.items() for word in line.split()}


def area_of(*texts: str) -> str:
    """The key of the area that the texts speak of most, the earlier texts counting more; "" where
    they speak of none."""
    votes: dict[str, float] = {}
    for at, text in enumerate(texts):
        for word in words(text):
            area = _TABLE.get(stem(word))
            if area is not None:
                votes[area] = votes.get(area, 0.0) + 1.0 / (at + 1)
    return max(sorted(votes), key=lambda one: votes[one], default="")
