"""What the first view of a customer's shared page costs: bytes and requests, nothing cached.

A served page of a booked cutover, opened once in Chromium at a phone's size; counted is what came
over the line as it came (packed where it was), headers included, until the page's first answer of its
stream. Ends by itself. Run: python -m benchmarks.shared_page [--keep SECONDS]
"""

import argparse
import time

from playwright.sync_api import ViewportSize, sync_playwright

from benchmarks.live_house import stage
from tests.conftest import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.services.programs import find_program

ASKED_KB = 200
PHONE: ViewportSize = {"width": 390, "height": 844}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=float, default=0, help="seconds to go on serving afterwards")
    keep = parser.parse_args().keep
    with stage(1) as served:
        address = f"http://127.0.0.1:{served.port}{served.path.removesuffix('/events')}"
        sizes = first_view(address)
        for path, size in sorted(sizes.items(), key=lambda one: -one[1]):
            print(f"{size / 1000:8.1f} KB  {path}")
        total = sum(sizes.values()) / 1000
        print(f"{total:8.1f} KB in {len(sizes)} requests   asked: at most {ASKED_KB} KB")
        if keep:
            print(f"{address} for {keep:g} s", flush=True)
            time.sleep(keep)


def first_view(address: str) -> dict[str, float]:
    """Path → bytes over the line."""
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    with sync_playwright() as playwright:
        program = find_program(*CHROMIUM, package="chromium")
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        page = browser.new_context(viewport=PHONE).new_page()
        line = page.context.new_cdp_session(page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.on(
            "Network.requestWillBeSent",
            lambda e: names.update({e["requestId"]: e["request"]["url"]}),
        )

        def ended(event: dict[str, float | str]) -> None:
            path = names[str(event["requestId"])].split("/", 3)[-1].split("?")[0]
            sizes[path] = sizes.get(path, 0) + float(event["encodedDataLength"])

        line.on("Network.loadingFinished", ended)
        page.goto(address)
        page.locator("#live.on").wait_for()
        page.wait_for_timeout(500)
        browser.close()
    return sizes


if __name__ == "__main__":
    main()
