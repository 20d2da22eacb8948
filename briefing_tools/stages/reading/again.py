"""Read again: a place that stands alone, `[p. 24]`, is in the work that was cited last in the same section."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from briefing_tools.model import Citation, Element, Node


def cited_again(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """A section's nodes with each place that stands alone under the key of the one work cited last before it.

    Where no work was cited before, or several at once, the key stays empty, which a rule reports.
    """
    return _Reading().nodes(nodes)


@dataclass
class _Reading:
    """What was cited last, while a section is read from its beginning: a key, or nothing that would be clear."""

    last: str = ""

    def nodes(self, nodes: Iterable[Node]) -> tuple[Node, ...]:
        """A run of nodes, read on from what was cited last; nodes in which nothing changes are kept as they are."""
        return tuple(self._node(node) for node in nodes)

    def _node(self, node: Node) -> Node:
        match node:
            case Citation():
                return self._citation(node)
            case Element():
                children = self.nodes(node.children)
                same = all(new is old for new, old in zip(children, node.children, strict=True))
                return node if same else replace(node, children=children)
        return node

    def _citation(self, citation: Citation) -> Citation:
        keys = {item.key for item in citation.items}
        if keys == {""}:
            return citation._replace(items=tuple(item._replace(key=self.last) for item in citation.items))
        self.last = keys.pop() if len(keys) == 1 else ""
        return citation
