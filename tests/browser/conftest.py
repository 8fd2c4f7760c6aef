"""A page of a headless Chromium, for tests marked `browser`: pip install -e '.[browser]', and a Chromium.

It is the one on PATH, or at $CHROMIUM. Without one the tests are skipped, or fail if $BROWSER is "required".
"""

import os
from pathlib import Path
from shutil import which

import pytest

HERE = Path(__file__).parent
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
