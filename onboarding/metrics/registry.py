"""The one table of metrics sources. Outsiders enter through the entry points `turnup.metrics`."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from onboarding.errors import BadInput
from onboarding.metrics.access_log import AccessLogMetrics
from onboarding.metrics.agreeing import AgreeingMetrics
from onboarding.metrics.base import MetricsSource
from onboarding.metrics.fastly import FastlyMetrics
from onboarding.metrics.haproxy import HAProxyMetrics
from onboarding.metrics.http_json import HTTPJSONMetrics
from onboarding.metrics.prometheus import PrometheusMetrics
from onboarding.metrics.push import PushMetrics
from onboarding.metrics.rehearsal import RehearsalMetrics

#: Each makes a source from a cutover's config and feed (`cutover:12`), or raises BadInput naming
#: what is wrong in the config. Making one touches nothing.
SOURCES: dict[str, Callable[[Mapping[str, Any], str], MetricsSource]] = {
    "access_log": AccessLogMetrics,
    "haproxy": HAProxyMetrics,
    "http_json": HTTPJSONMetrics,
    "fastly": FastlyMetrics,
    "prometheus": PrometheusMetrics,
    "push": PushMetrics,
    "rehearsal": RehearsalMetrics,
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
        return AgreeingMetrics(first, _made(str(beside.get("kind")), rest, feed))
    except BadInput as wrong:
        place = wrong.place.replace("metrics", "metrics.second", 1)
        raise BadInput(wrong.message, place=place, hint=wrong.hint) from wrong


def _made(kind: str, config: Mapping[str, Any], feed: str) -> MetricsSource:
    make = SOURCES.get(kind)
    if make is None:
        found = [entry for entry in entry_points(group="turnup.metrics") if entry.name == kind]
        if not found:
            raise BadInput(
                f"there is no metrics source {kind!r}",
                place="metrics.kind",
                hint=f"one of {', '.join(sorted(SOURCES))}",
            )
        make = found[0].load()
    return make(config, feed)
