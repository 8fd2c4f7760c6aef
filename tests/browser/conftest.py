"""A page of a headless Chromium, for tests marked `browser`: pip install -e '.[browser]', and a Chromium.

It is the one on PATH, or at $CHROMIUM. Without one the tests are skipped, or fail if $BROWSER is "required".
"""

import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path
from shutil import which
from urllib.request import urlopen

import pytest

HERE = Path(__file__).parent
STARTS_WITHIN = 90  # seconds, for a JupyterLab on a busy machine
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser():
    give_up = pytest.fail if os.environ.get("BROWSER") == "required" else pytest.skip
    try:
        import playwright.sync_api as playwright
    except ImportError:
        give_up("needs playwright: pip install -e '.[browser]'")
    program = os.environ.get("CHROMIUM") or which("chromium") or which("google-chrome")
    with playwright.sync_playwright() as running:
        try:
            chromium = running.chromium.launch(executable_path=program, args=FLAGS)
        except playwright.Error as problem:
            give_up(f"needs a Chromium: apt-get install chromium, or playwright install chromium ({problem!s:.60})")
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    """A page that may ask no network for anything, and writes nothing on its console."""
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    yield page
    context.close()
    assert said == []


@pytest.fixture
def expect(browser):
    """What waits until something is so."""
    from playwright.sync_api import expect

    return expect


@pytest.fixture
def axe(browser):
    """A function that tells what axe-core finds wrong in a page."""
    from axe_playwright_python.sync_playwright import Axe

    def violations(page):
        found = Axe().run(page)
        return found.generate_report() if found.violations_count else ""

    return violations


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """An environment in which Jupyter has settings of its own."""
    home = tmp_path_factory.mktemp("home")
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return os.environ | {name: str(home / name.lower()) for name in places}


@pytest.fixture(scope="module")
def lab(folder, own, tmp_path_factory):
    """The addresses of notebooks in a JupyterLab, which serves the `folder` of the test's module."""
    token, said = secrets.token_hex(), tmp_path_factory.mktemp("log") / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [f"ServerApp.port={port}", f"ServerApp.root_dir={folder}", f"IdentityProvider.token={token}"]
    settings += ["LabApp.news_url=None", "LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"]
    command += [f"--{setting}" for setting in settings]
    with open(said, "w") as log:
        server = subprocess.Popen(command, env=own, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(STARTS_WITHIN):
            if server.poll() is not None:
                pytest.fail(said.read_text()[-2000:])
            try:
                urlopen(f"{address}/api?token={token}", timeout=1).close()
                break
            except OSError:
                time.sleep(1)
        yield lambda name: f"{address}/lab/workspaces/{secrets.token_hex(4)}/tree/{name}?token={token}"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def opened(browser):
    """A function that opens a page, of which nothing may come from elsewhere than this machine."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))

    def open(address):
        page.goto(address)
        return page

    yield open
    context.close()
    assert not [url for url in asked if url.startswith("http") and not url.startswith("http://127.0.0.1:")]
