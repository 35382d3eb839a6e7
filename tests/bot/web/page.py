"""Reads a page as a browser without JavaScript does: text, buttons, forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "img"}


@dataclass
class Node:
    """An element; `text` is all the text inside it."""

    tag: str
    attrs: dict[str, str]
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def up(self, tag: str) -> "Node | None":
        node = self.parent
        while node and node.tag != tag:
            node = node.parent
        return node


class Page(HTMLParser):
    """The elements of an HTML text, in order. An unclosed tag raises AssertionError."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.nodes: list[Node] = []
        self.open = [Node("", {})]
        self.feed(html)
        assert len(self.open) == 1, f"never closed: {[node.tag for node in self.open[1:]]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs}, self.open[-1])
        self.open[-1].children.append(node)
        self.nodes.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        closed = self.open.pop()
        assert closed.tag == tag, f"</{tag}> closes <{closed.tag}>"

    def handle_data(self, data: str) -> None:
        for node in self.open:
            node.words.append(data)

    def all(self, tag: str, **attrs: str) -> list[Node]:
        return [
            node
            for node in self.nodes
            if node.tag == tag and all(node.attrs.get(k) == v for k, v in attrs.items())
        ]

    @property
    def text(self) -> str:
        return self.all("body")[0].text

    @property
    def heading(self) -> str:
        (h1,) = self.all("h1")
        return h1.text

    @property
    def buttons(self) -> list[str]:
        return [node.text for node in self.all("button")]

    def button(self, label: str) -> Node:
        """The first button or link whose text begins with the label."""
        found = [n for n in self.nodes if n.tag in ("button", "a") and n.text.startswith(label)]
        assert found, f"no “{label}” among {self.buttons}"
        return found[0]


def fields(form: Node, pressed: Node) -> dict[str, str]:
    """The fields that a browser sends when this button of a form is pressed."""
    inside = [node for node in _below(form) if node.attrs.get("name") and _is_sent(node)]
    values = {n.attrs["name"]: n.attrs.get("value", "") for n in inside if n.tag == "input"}
    values |= {n.attrs["name"]: "".join(n.words) for n in inside if n.tag == "textarea"}
    values |= {n.attrs["name"]: _chosen(n) for n in inside if n.tag == "select"}
    if pressed.attrs.get("name"):
        values[pressed.attrs["name"]] = pressed.attrs.get("value", "")
    return values


def _chosen(select: Node) -> str:
    """The value of the option that is selected, by default the first."""
    options = [node for node in _below(select) if node.tag == "option"]
    option = next((one for one in options if "selected" in one.attrs), options[0])
    return option.attrs.get("value", option.text)


def _is_sent(node: Node) -> bool:
    kind = node.attrs.get("type")
    return kind != "file" and (kind not in ("checkbox", "radio") or "checked" in node.attrs)


def _below(node: Node) -> list[Node]:
    return [n for child in node.children for n in (child, *_below(child))]
