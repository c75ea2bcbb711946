"""What a portal's rules select on a page, and in which lines it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.html.blocks import Blocks
from indexer.html.portal_rules import PortalRules
from indexer.html.trail import Trail
from indexer.html.tree import Tree, attribute, words

_MOST_ELEMENTS = 500


@dataclass(frozen=True, slots=True)
class Selected:
    """The elements that a field's selector found: their texts, what they state, their ids in the tree."""

    selector: str
    texts: tuple[str, ...]
    stated: str
    """The moment or value that the first one states in an attribute, "" for none."""
    nodes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What the rules of a portal select on a page."""

    rules: PortalRules | None = None
    fields: Mapping[str, Selected] = field(default_factory=dict)

    def nodes(self) -> dict[int, str]:
        """Give the field of each selected element."""
        return {node: name for name, found in self.fields.items() for node in found.nodes}

    def rule(self, name: str) -> str:
        """Name the rule that gives a field."""
        return f"rules {self.rules.name}: {self.fields[name].selector}" if self.rules else ""

    def nodes_of(self, name: str) -> tuple[int, ...]:
        """Give the ids of the elements that were selected for a field."""
        return self.fields[name].nodes if name in self.fields else ()

    def lines(self, blocks: Blocks, name: str) -> list[int]:
        """Give the lines that a field's elements are printed in."""
        spans = [blocks.spans[node] for node in self.nodes_of(name) if node in blocks.spans]
        return sorted({at for span in spans for at in range(span.start, span.end)})

    def text(self, name: str) -> str:
        """Give a field's text, "" when nothing is selected for it."""
        found = self.fields.get(name)
        return (found.texts[0] or found.stated) if found else ""


NOTHING = Selection()


def select(tree: Tree, rules: PortalRules, trail: Trail) -> Selection:
    """Take out what the rules drop, and select what they name."""
    for selector in rules.drop:
        for node in tree.css(selector):
            if node.tag not in ("html", "body"):
                node.decompose()
    found: dict[str, Selected] = {}
    for name, selectors in rules.select.items():
        for selector in selectors:
            nodes = tree.css(selector)[:_MOST_ELEMENTS]
            texts = [(node, words(node)) for node in nodes]
            kept = [(node, text) for node, text in texts if text or attribute(node, "content")]
            if kept:
                stated = attribute(kept[0][0], "datetime") or attribute(kept[0][0], "content")
                ids = tuple(node.mem_id for node, _ in kept)
                found[name] = Selected(selector, tuple(text for _, text in kept), stated, ids)
                break
            trail.failed(_FIELDS.get(name, name), f"rules {rules.name}: {selector}", "selects nothing that is printed")
    return Selection(rules, found)


_FIELDS = {"date": "published_at", "updated": "updated_at", "author": "authors", "caption": "captions"}
"""Fields of an article that rules files call otherwise."""
