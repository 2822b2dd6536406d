"""The one table of metrics sources. Outsiders enter through the entry points `turnup.metrics`."""

from collections.abc import Mapping
from typing import Any

from onboarding.entries import load
from onboarding.errors import BadInput
from onboarding.metrics.agreeing import AgreeingMetrics, named, of_second
from onboarding.metrics.base import Checked, MetricsSource

GROUP = "turnup.metrics"
#: Where each is: it is imported when it is first used, for the web reads no counts. Called with a
#: cutover's config and feed (`cutover:12`) each makes a source, or raises BadInput naming what is
#: wrong in the config. Making one touches nothing.
SOURCES: dict[str, str] = {
    "access_log": "onboarding.metrics.access_log:AccessLogMetrics",
    "haproxy": "onboarding.metrics.haproxy:HAProxyMetrics",
    "http_json": "onboarding.metrics.http_json:HTTPJSONMetrics",
    "fastly": "onboarding.metrics.fastly:FastlyMetrics",
    "prometheus": "onboarding.metrics.prometheus:PrometheusMetrics",
    "push": "onboarding.metrics.push:PushMetrics",
    "rehearsal": "onboarding.metrics.rehearsal:RehearsalMetrics",
}


def source(kind: str, config: Mapping[str, Any], *, feed: str) -> MetricsSource:
    """The metrics source of the cutover `feed`. A config may have a `second` source, itself
    `{"kind": …, …}`, which must tell the same (see `AgreeingMetrics`). Raises BadInput where there
    is no such kind, or where the config is unusable, with the place as in `metrics.backend`."""
    if "second" not in config:
        return _made(kind, config, feed)
    first = _made(kind, {key: value for key, value in config.items() if key != "second"}, feed)
    beside = config["second"]
    if not isinstance(beside, Mapping) or "second" in beside:
        raise BadInput(
            "is no single source", place="metrics.second", hint='such as {"kind": "prometheus", …}'
        )
    try:
        rest = {key: value for key, value in beside.items() if key != "kind"}
        other = str(beside.get("kind"))
        return AgreeingMetrics(first, _made(other, rest, feed), named(kind, other))
    except BadInput as wrong:
        raise of_second(wrong) from wrong


def check(one: MetricsSource) -> None:
    """That the source is as it has to be, where it can tell; raises as `Checked.check` does."""
    if isinstance(one, Checked):
        one.check()


def _made(kind: str, config: Mapping[str, Any], feed: str) -> MetricsSource:
    make = load(kind, SOURCES, GROUP, what="metrics source", place="metrics.kind")
    made: MetricsSource = make(config, feed)
    return made
