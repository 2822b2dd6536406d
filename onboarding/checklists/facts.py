"""What is known of a customer's setup, as the names that `needed_when` and probes may use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onboarding.errors import BadInput

Value = bool | float | str | tuple[str, ...]

KINDS = ("yes_no", "number", "text", "list")


@dataclass(frozen=True)
class Fact:
    """One thing to know: its name, what kind of value it takes, the question, and the value
    that counts until somebody answered. A `list` is a tuple of texts."""

    name: str
    kind: str
    ask: str
    default: Value


def _yes_no(name: str, ask: str, default: bool = False) -> Fact:
    return Fact(name, "yes_no", ask, default)


_TABLE = (
    # Filled in from the turn-up itself.
    Fact("hostnames", "list", "Which hostnames move?", ()),
    Fact("hostname_kinds", "list", "Which kinds are among them: apex, subdomain, wildcard?", ()),
    Fact("help_level", "text", "How much help: self_serve, guided or hands_on?", "self_serve"),
    Fact("edge_hostname", "text", "Which edge hostname serves them?", ""),
    Fact("issuing_ca", "text", "Which CA issues the edge's certificates (CAA value)?", ""),
    Fact("origin_hostname", "text", "At which name does the edge reach the origin?", ""),
    Fact("test_path", "text", "Which path is safe to fetch for a test?", "/"),
    Fact("cached_path", "text", "Which path should be answered from cache?", "/"),
    Fact("origins", "number", "How many origins answer?", 1),
    Fact("peak_rps", "number", "What is the highest request rate, in requests per second?", 0),
    # Answered by the customer.
    _yes_no("old_cdn", "Does another CDN serve these names today?"),
    _yes_no("https_today", "Do these names answer on HTTPS today?", default=True),
    _yes_no("hsts", "Do these names send Strict-Transport-Security today?"),
    _yes_no("own_certificate", "Will you bring your own certificate?"),
    _yes_no("caa_records", "Does the domain publish CAA records?"),
    _yes_no("mtls", "Does the origin ask for a client certificate?"),
    _yes_no("ipv6", "Shall the names answer over IPv6?", default=True),
    _yes_no("http3", "Shall the names answer over HTTP/3?"),
    _yes_no("old_clients", "Do clients without TLS 1.2 or SNI still call you?"),
    _yes_no("origin_firewall", "Does a firewall or allow list stand in front of the origin?"),
    _yes_no("origin_rate_limits", "Does the origin limit requests per client address?"),
    _yes_no("client_address", "Does anything at the origin use the client's address?"),
    _yes_no("redirects", "Are redirects part of the present setup?"),
    _yes_no("edge_code", "Does code or custom logic run at the present edge?"),
    _yes_no("sign_ins", "Do visitors sign in, or does the site set session cookies?"),
    _yes_no("personal_data", "Would logs carry personal data?"),
    _yes_no("purging", "Will content be purged by hand or by a publishing system?"),
    _yes_no("logging", "Shall logs be streamed to you?"),
    _yes_no("waf", "Shall a web application firewall look at requests?"),
    _yes_no("rate_limits", "Shall the edge limit request rates?"),
    _yes_no("large_files", "Are there files above 100 MB?"),
    _yes_no("images", "Shall images be transformed at the edge?"),
    _yes_no("websockets", "Are WebSockets or other long-lived connections used?"),
    _yes_no("geo_rules", "Do answers depend on the visitor's country?"),
    _yes_no("dns_moves", "Does the DNS host itself move as well?"),
    _yes_no("dns_as_code", "Are DNS records written by automation?"),
    _yes_no("weighted_dns", "Can your DNS host answer with weighted records?", default=True),
    _yes_no("launch_event", "Is a launch, sale or broadcast tied to the date?"),
)
FACTS: Mapping[str, Fact] = {fact.name: fact for fact in _TABLE}


def known_facts(added: Iterable[Fact] = ()) -> dict[str, Fact]:
    """All facts a template may name: the built-in ones and those it adds."""
    return {**FACTS, **{fact.name: fact for fact in added}}


def fits(kind: str, value: object) -> bool:
    """Whether a value is of a fact's kind."""
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "text":
        return isinstance(value, str)
    return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)


def complete(answers: Mapping[str, object], added: Iterable[Fact] = ()) -> dict[str, Value]:
    """Values for every known fact: the answers given, the defaults for the rest.

    Answers to names that are no facts are left out: facts outlive the templates that asked.
    Raises BadInput where an answer is of the wrong kind.
    """
    values: dict[str, Value] = {}
    for name, fact in known_facts(added).items():
        given = answers.get(name)
        if given is None:
            values[name] = fact.default
        elif not fits(fact.kind, given):
            raise BadInput(
                f"{given!r} does not answer “{fact.ask}”",
                place=name,
                hint=f"expected a value of kind {fact.kind}",
            )
        else:
            values[name] = tuple(given) if isinstance(given, list) else given  # type: ignore[assignment]
    return values
