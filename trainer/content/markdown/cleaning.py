"""The last gate for rendered Markdown: these tags, attributes and classes, nothing else."""

import nh3

_TAGS = {
    "p",
    "br",
    "hr",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "em",
    "strong",
    "code",
    "pre",
    "blockquote",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "a",
    "sup",
    "span",
    "div",
    "details",
    "summary",
    "figure",
    "figcaption",
    "button",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_IDS = {"id"}
_ATTRIBUTES = {
    **dict.fromkeys(("h2", "h3", "h4", "h5", "h6"), _IDS),
    "a": {"href", "id", "aria-label"},
    "ol": {"start"},
    "button": {"popovertarget"},
    "div": {"id", "aria-label"},
}
_VALUES = {
    "a": {"rel": {"noopener noreferrer"}},
    "button": {"type": {"button"}},
    "div": {"role": {"region", "note"}, "tabindex": {"0"}, "popover": {""}},
    "th": {"scope": {"col", "row"}},
}
_CLASSES = {
    "a": {"external", "note-ref"},
    "button": {"term", "status"},
    "div": {
        "scroll",
        "popover",
        "block",
        "block-note",
        "block-example",
        "block-beware",
        "block-keep",
        "refute",
        "refute-claim",
        "refute-why",
        "refute-answer",
    },
    "details": {"refute-correction"},
    "figure": {"figure"},
    "p": {"block-title", "refute-label", "figure-missing", "as-heading"},
    "span": {"status", "label"},
    "sup": {"note-mark"},
    "th": {"center", "end"},
    "td": {"center", "end"},
}

_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    allowed_classes=_CLASSES,
    url_schemes={"https"},
    link_rel=None,
)


def clean(html: str) -> str:
    """`html` without anything that could act, load or look like a part of the application."""
    return _CLEANER.clean(html)
