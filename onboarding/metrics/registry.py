"""The one table of metrics sources. Outsiders enter through the entry points `turnup.metrics`."""

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import Any

from onboarding.errors import BadInput
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
    "haproxy": HAProxyMetrics,
    "http_json": HTTPJSONMetrics,
    "fastly": FastlyMetrics,
    "prometheus": PrometheusMetrics,
    "push": PushMetrics,
    "rehearsal": RehearsalMetrics,
}


def source(kind: str, config: Mapping[str, Any], *, feed: str) -> MetricsSource:
    """The metrics source of the cutover `feed`. Raises BadInput where there is no such kind, or
    where the config is unusable, with the place as in `metrics.backend`."""
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
