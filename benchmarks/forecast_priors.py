"""Derive the shipped numbers about peaks: python -m benchmarks.forecast_priors > the table in priors.py.

Learns from the training part of M4 hourly and from the bursty series, never from what is judged
(the test part of M4, the web traffic).
"""

from benchmarks.forecast_data import history, m4, traffic
from onboarding.forecasts.history import History
from onboarding.forecasts.peak import Group, learn

DAYS = (1, 2, 7, 14, 28)
ROWS = 8


def main() -> None:
    calm = [history(name, train) for name, (train, _) in m4().items()]
    wild = traffic("forecast-bursty")
    for days in DAYS:
        rows = thinned(learn(calm, days * 24).groups) + each(wild, days)
        print(f"    {days}: (")
        for row in sorted(rows, key=lambda group: group.unsteady):
            cells = ", ".join(f"{x:.3f}" for x in (row.unsteady, *row.quantiles))
            print(f"        ({cells}),")
        print("    ),")


def thinned(groups: tuple[Group, ...]) -> list[Group]:
    """Some `ROWS` of many groups that are ordered by unsteadiness, evenly."""
    return [groups[round(i * (len(groups) - 1) / (ROWS - 1))] for i in range(ROWS)]


def each(histories: list[History], days: int) -> list[Group]:
    """One row per bursty series that is long enough."""
    return [group for one in histories for group in learn([one], days * 24).groups]


if __name__ == "__main__":
    main()
