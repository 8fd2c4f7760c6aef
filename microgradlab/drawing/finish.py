"""What Graphviz leaves to do in an SVG: names for those who hear it, whole numbers under the mouse, and the dark.

Graphviz gives every part a title such as "n0->op1", which a browser shows under the mouse. Here a node's title is what
it stands for, and the picture has a title and a description. With the theme "auto" it is dark where the reader's system
is, also as an image inside a page or a notebook.
"""

from xml.etree import ElementTree

from microgradlab.drawing.palette import DARK, LIGHT

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)


def finished(svg: bytes, title: str, description: str, theme: str) -> bytes:
    """The picture with its title, its description and its theme."""
    root = ElementTree.fromstring(svg)
    for group in root.iter(f"{{{SVG}}}g"):
        kind, name = group.get("class", ""), group.find(f"{{{SVG}}}title")
        if name is None:
            continue
        if kind == "node":
            group.set("class", f"node {name.text}")
            name.text = about(group) or name.text
        else:
            group.remove(name)
    raise_labels(root, (DARK if theme == "dark" else LIGHT).paper)
    root.set("role", "img")
    for tag, text in (("desc", description), ("title", title)):
        element = ElementTree.Element(f"{{{SVG}}}{tag}")
        element.text = "".join(c if c.isprintable() else " " for c in text)
        root.insert(0, element)
    if theme == "auto":
        style = ElementTree.Element(f"{{{SVG}}}style")
        style.text = in_the_dark()
        root.insert(2, style)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def raise_labels(root: ElementTree.Element, paper: str) -> None:
    """Put the names of frames over the arrows that cross them, with a seam in the colour of the paper."""
    for graph in root.findall(f"{{{SVG}}}g"):
        for frame in graph.findall(f"{{{SVG}}}g[@class='cluster']"):
            for label in frame.findall(f"{{{SVG}}}text"):
                frame.remove(label)
                for name, value in (("stroke", paper), ("stroke-width", "4"), ("paint-order", "stroke")):
                    label.set(name, value)
                graph.append(label)


def in_the_dark() -> str:
    """A style sheet that exchanges the colours of the light palette for those of the dark one."""
    pairs = zip(LIGHT.colours, DARK.colours)
    rules = "".join(f'[fill="{a}"]{{fill:{b}}}[stroke="{a}"]{{stroke:{b}}}' for a, b in pairs)
    return f"@media (prefers-color-scheme: dark){{{rules}}}"


def about(group: ElementTree.Element) -> str:
    """What the link around a node says under the mouse; the link, which leads nowhere, is taken away."""
    for inner in group.findall(f"{{{SVG}}}g"):
        for link in inner.findall(f"{{{SVG}}}a"):
            about = link.get(f"{{{XLINK}}}title", "")
            place = list(group).index(inner)
            group.remove(inner)
            for child in reversed(list(link)):
                group.insert(place, child)
            return about
    return ""
