"""Make the pictures of the README's tour: run it beside `make run` (the demo), with its address.

usage: python scripts/pictures.py [http://127.0.0.1:8000] [var/demo.json]
It flips the demo's ready cutover, so use a fresh demo.
"""

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    base = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    demo = json.loads(Path(sys.argv[2] if len(sys.argv) > 2 else "var/demo.json").read_text())
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = signed_in(browser, base, demo["users"][0])
        page.goto(base)
        page.screenshot(path=PICTURES / "board.png")
        page.goto(f"{base}/cutovers/{demo['ready_cutover']}")
        page.locator("#verb-start > summary").click()
        page.locator("#verb-start button[type=submit]").click()
        page.wait_for_timeout(25_000)
        page.screenshot(path=PICTURES / "cockpit.png")
        phone = browser.new_context(viewport=PHONE, color_scheme="dark").new_page()
        phone.goto(base + demo["share"][0])
        phone.wait_for_timeout(3_000)
        phone.screenshot(path=PICTURES / "share.png")
        browser.close()


def signed_in(browser: Browser, base: str, user: dict[str, str]) -> Page:
    """A wide page on which `user` is signed in."""
    page = browser.new_context(viewport=WIDE, color_scheme="light").new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{base}/login")
    page.fill("#email", user["email"])
    page.fill("#password", user["password"])
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()
    return page


if __name__ == "__main__":
    main()
