"""How much heavier `import onboarding.factory` is than `import flask, flask_sqlalchemy`.

Each is imported in a fresh interpreter, in turn; the least processor time of several runs counts,
less that of an empty interpreter. Run: python -m benchmarks.import_weight
"""

import resource
import subprocess
import sys

RUNS = 7
YARDSTICK = "import flask, flask_sqlalchemy"
OURS = "import onboarding.factory"


def seconds(code: str) -> float:
    """Processor time of one interpreter that runs `code`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> None:
    least = dict.fromkeys(("pass", YARDSTICK, OURS), float("inf"))
    for _ in range(RUNS):
        for code in least:
            least[code] = min(least[code], seconds(code))
    empty, yardstick, ours = least.values()
    print(f"empty interpreter      {empty:.3f} s")
    print(f"{YARDSTICK:<30} {yardstick - empty:.3f} s")
    print(f"{OURS:<30} {ours - empty:.3f} s")
    print(f"ratio {(ours - empty) / (yardstick - empty):.2f}   asked: 3.0   stretch: 2.0")


if __name__ == "__main__":
    main()
