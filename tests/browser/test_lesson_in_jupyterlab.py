"""Lesson 3 as a learner goes through it in a real JupyterLab: run, play, fail, be helped, solve; and read offline."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from microgradlab.lessons import EXERCISES, copies

LESSON = "03-backpropagation.ipynb"
WAIT = 60_000  # milliseconds, on a busy machine
FORGETFUL = EXERCISES["03.2"].solution.replace("+=", "=")
SHOTS = os.environ.get("SCREENSHOTS")  # a folder, for those who want to look


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The lessons as `microgradlab lessons start` copies them."""
    path = tmp_path_factory.mktemp("lessons")
    assert all(is_new for _, is_new in copies.start(path))
    return path


def shot(page, name):
    if SHOTS:
        page.wait_for_timeout(500)  # until it is painted
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def cell(page, text):
    """The code cell that contains this."""
    return page.locator(".jp-CodeCell").filter(has=page.locator(".cm-content", has_text=text))


def run(page, cell, code=None):
    """Run a cell, with other code in it if there is some."""
    cell.locator(".cm-content").click()
    if code is not None:
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


def run_all(page):
    page.get_by_text("| Idle").wait_for(timeout=WAIT)  # before that, it would ask for a kernel
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()
    page.locator(".app .frame svg").first.wait_for(timeout=WAIT)


def played(page):
    """The player's last card: where the gradients have arrived."""
    app = page.locator(".app").first
    app.locator(".frame svg").wait_for(timeout=WAIT)
    app.locator(".steps").press("Home")
    app.locator(".steps").press("ArrowRight")
    app.locator(".steps").press("End")
    return app


def test_it_is_gone_through(lab, opened, expect):
    page = opened(lab(LESSON))
    page.set_default_timeout(WAIT)
    run_all(page)
    app = played(page)
    app.scroll_into_view_if_needed()
    assert "w1.grad" in app.inner_text()
    assert "0.3403" in app.inner_text()
    shot(page, "light-player")

    verdict = cell(page, 'check("03.2"').locator(".jp-OutputArea-output")
    expect(verdict).to_contain_text("✗ 03.2 Backward: not yet.")
    expect(verdict).to_contain_text('hint("03.2") helps.')

    answer = cell(page, "def backward(order)").first
    run(page, answer, FORGETFUL)
    run(page, cell(page, 'check("03.2"'))
    expect(verdict.first).to_contain_text("should be 7, and is 3")
    expect(verdict.first).to_contain_text("+=, not =")
    expect(verdict.first.locator("img")).to_be_visible()  # the counter-example, drawn
    verdict.first.scroll_into_view_if_needed()
    shot(page, "light-failed")

    run(page, cell(page, 'check("03.2"'), 'check("03.2", backward)\nhint("03.2", 2)')
    expect(cell(page, 'hint("03.2", 2)')).to_contain_text("It passes on, to each of its arguments")
    run(page, cell(page, 'hint("03.2", 2)'), 'solution("03.2", show=True)')
    expect(cell(page, 'solution("03.2"')).to_contain_text("argument.grad += node.grad * local")
    run(page, answer, EXERCISES["03.2"].solution)
    run(page, cell(page, 'solution("03.2"'), 'check("03.2", backward)')
    expect(verdict.first).to_contain_text("✓ 03.2 Backward: right. Next: 03.3")
    shot(page, "light-solved")

    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item").filter(has_text="Theme").first.click()
    page.get_by_text("JupyterLab Dark", exact=True).click()
    expect(app).to_have_attribute("data-theme", "dark")
    verdict.first.scroll_into_view_if_needed()
    shot(page, "dark-solved")
    app.scroll_into_view_if_needed()
    shot(page, "dark-player")


def test_exported_html_is_read_offline_and_plays(folder, browser, expect):
    [lesson] = [path for path in copies.lessons() if path.name == LESSON]  # with its outputs, as read on the web
    command = [sys.executable, "-m", "nbconvert", "--to", "html", lesson, "--output-dir", folder]
    subprocess.run([*command, "--output", "lesson.html"], check=True, capture_output=True)
    context = browser.new_context(offline=True, color_scheme="dark", viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto((folder / "lesson.html").as_uri(), wait_until="commit")
    app = played(page)
    assert "0.3403" in app.inner_text()
    app.scroll_into_view_if_needed()
    shot(page, "exported")
    expect(page.get_by_text("One pass backward, in an order that lets everyone finish")).to_be_visible()
    context.close()
