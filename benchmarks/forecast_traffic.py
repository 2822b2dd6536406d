"""`turnup forecast` on real traffic by rolling windows, as the evaluation beside the data scores it.

python -m benchmarks.forecast_traffic [--horizon 48] [--weeks 4] [--windows 8]. MASE beside the weekly
naive, the peak's p95 beside last week's maximum x 1.2; the windows are evenly spaced, no seed needed.
"""

import argparse
import subprocess
import sys

from benchmarks.forecast_data import DATA, need


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--horizon", type=int, default=48)
    words.add_argument("--weeks", type=float, default=4)
    words.add_argument("--windows", type=int, default=8)
    asked = words.parse_args()
    judge = need(DATA.parent / "checks" / "forecast_eval.py")
    command = [sys.executable, str(judge), str(need(DATA / "forecast"))]
    command += ["--turnup", f"{sys.executable} -m onboarding.cli.main"]
    for name in ("horizon", "weeks", "windows"):
        command += [f"--{name}", str(getattr(asked, name))]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    sys.stdout.write(run.stdout)
    if run.returncode:
        sys.exit(run.stderr)
    mean = next(line for line in run.stdout.splitlines() if line.startswith("MEAN"))
    mase, naive, coverage, headroom, pinball, _, _, today = (float(x) for x in mean.split()[2:])
    print(f"MASE {mase / naive:.2f} x the weekly naive; p95 coverage {coverage:.3f},", end=" ")
    print(f"median headroom {headroom:.2f}, pinball {pinball / today:.2f} x last week x 1.2's")


if __name__ == "__main__":
    main()
