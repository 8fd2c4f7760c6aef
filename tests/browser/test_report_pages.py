"""Reports opened offline: all is there, nothing is cut off or asked of a network, and axe finds no violation."""

import pytest

from microgradlab import cli, demo

WIDTHS = (390, 700, 1280)
ROWS = "area,rooms,price\n" + "".join(f"{30 + i * 7 % 50},{1 + i % 5},{90 + 5 * (i * 7 % 50)}\n" for i in range(60))


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    demo.run(folder / "demo", epochs=1, limit=100)
    (folder / "houses.csv").write_text(ROWS)
    assert cli.main(["train", str(folder / "houses.csv"), "--target", "price", "--epochs", "5", "-o", str(folder)]) == 0
    return {"demo": folder / "demo" / "report.html", "train": folder / "houses-report.html"}


@pytest.mark.parametrize("name", ["demo", "train"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_report_is_whole_offline_at_every_width(reports, page, name, theme, axe):
    page.context.set_offline(True)
    page.emulate_media(color_scheme=theme)
    page.goto(reports[name].as_uri())
    page.locator(".app .frame svg").wait_for()
    images = "() => [...document.images].map((image) => [image.complete, image.naturalWidth > 0])"
    assert page.evaluate(images) == [[True, True]] * (page.locator("figure img").count() + 1)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        wider = "(all) => all.filter((image) => image.getBoundingClientRect().width > innerWidth).length"
        assert page.locator("img").evaluate_all(wider) == 0
    assert axe(page) == ""
    page.locator(".steps").press("End")
    assert "→" in page.locator(".card").inner_text()
