"""Finds a Chromium for the browser tests; run as a script it tries to install one and says what it found."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


def find_chromium() -> str:
    """Path of a Chromium: ``CJM_CHROMIUM``, one on the path, one installed by Playwright; empty if there is none."""
    given = os.environ.get("CJM_CHROMIUM", "")
    for name in (given, *NAMES):
        if name and (found := shutil.which(name)):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if os.path.exists(own) else ""  # noqa: PTH110


def main() -> int:
    """Find a browser, else install one; never fails, the browser tests skip loudly without it."""
    found = find_chromium()
    if not found:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        found = find_chromium()
    print(f"browser tests: {found or 'NO CHROMIUM FOUND, THEY WILL BE SKIPPED'}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
