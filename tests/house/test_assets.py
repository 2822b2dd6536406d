"""What the pages ask for in static/vendor/ is what set-up puts there."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").glob("**/*.html"))


@pytest.fixture(scope="module")
def assets() -> ModuleType:
    spec = importlib.util.spec_from_file_location("assets", ROOT / "scripts" / "assets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked_for(pattern: str) -> set[str]:
    """Every match of the one group of `pattern` in the templates."""
    found = {name for path in TEMPLATES for name in re.findall(pattern, path.read_text())}
    assert found, f"no template has {pattern}"
    return found


def test_every_vendored_file_that_a_page_loads_is_fetched(assets: ModuleType) -> None:
    fetched = {*assets.FILES, "icons.svg", "versions.json"}
    assert asked_for(r"""["'/]vendor/([^"']+)""") <= fetched


def test_every_icon_that_a_page_shows_is_fetched(assets: ModuleType) -> None:
    assert asked_for(r"""\bicon\(\s*["']([a-z0-9-]+)["']""") <= set(assets.ICONS)


def test_every_package_is_copied_from_and_no_other(assets: ModuleType) -> None:
    packages = {re.match(r"(@[^/]+/)?[^/]+", source)[0] for source in assets.FILES.values()}
    lock = (ROOT / "package.json").read_text()
    named = set(re.findall(r'"([^"]+)": "\^', lock))
    assert packages | {"@tabler/icons"} == named


def test_an_icon_that_does_not_exist_is_named(assets: ModuleType) -> None:
    with pytest.raises(SystemExit, match="no-such-icon"):
        assets.sprite(["no-such-icon"])


def test_an_icon_takes_the_colour_of_its_surroundings(
    assets: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "@tabler" / "icons" / "icons" / "outline"
    folder.mkdir(parents=True)
    (folder / "check.svg").write_text('<svg\n  width="24"\n>\n  <path d="M5 12l5 5" />\n</svg>\n')
    monkeypatch.setattr(assets, "MODULES", tmp_path)
    drawn = assets.sprite(["check"])
    assert '<symbol id="check"' in drawn
    assert 'stroke="currentColor"' in drawn
    assert '<path d="M5 12l5 5" />' in drawn
    assert drawn.count("<svg") == drawn.count("</svg>") == 1
