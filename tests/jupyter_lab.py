"""A real JupyterLab for the browser tests, on this machine only, ended with the test."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from .find_browser import find_chromium

__all__ = ["TOKEN", "notebook_page", "running_lab"]

TOKEN = "test"
_IS_IDLE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget, kernel = panel?.sessionContext?.session?.kernel;
  return kernel && kernel.status == 'idle' && kernel.connectionStatus == 'connected';
}"""


@contextmanager
def running_lab(workspace: Path) -> Iterator[str]:
    """A JupyterLab on the workspace; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = [
        f"--port={port}",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        f"--ServerApp.root_dir={workspace}",
    ]
    call = [sys.executable, "-m", "jupyterlab", *options, f"--IdentityProvider.token={TOKEN}", "--LabApp.news_url="]
    settings = {"JUPYTER_CONFIG_DIR": str(workspace / ".jupyter"), "JUPYTERLAB_SETTINGS_DIR": str(workspace / ".lab")}
    with (workspace / "lab.log").open("wb") as log:
        server = subprocess.Popen(call, cwd=workspace, stdout=log, stderr=log, env={**os.environ, **settings})
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api/status?token={TOKEN}", timeout=2).read()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def notebook_page(lab: str, notebook: str) -> Iterator[Any]:
    """A browser's page with a notebook of which all cells were told to run; skips the test without a browser."""
    executable = find_chromium()
    if not executable:
        pytest.skip("no Chromium: install one, or set CJM_CHROMIUM to its path")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(f"{lab}/lab/tree/notebooks/{notebook}?reset&token={TOKEN}")
        page.wait_for_function(_IS_IDLE, timeout=90_000)
        page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
        yield page
        if folder := os.environ.get("CJM_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"{Path(notebook).stem}.png"))
        browser.close()
