"""What stands in the fields of some names, anywhere below a value."""

from collections.abc import Collection, Iterator, Mapping


def fields_named(tree: object, names: Collection[str]) -> Iterator[object]:
    """Everything below the fields of these names in nested mappings and lists, wherever they stand."""
    if isinstance(tree, Mapping):
        for name, below in tree.items():
            yield from _leaves(below) if name in names else fields_named(below, names)
    elif isinstance(tree, list | tuple):
        for below in tree:
            yield from fields_named(below, names)


def _leaves(tree: object) -> Iterator[object]:
    if isinstance(tree, list | tuple):
        for below in tree:
            yield from _leaves(below)
    else:
        yield tree
