"""The templates of HTML and SVG views, rendered by Jinja with everything escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from neurologic.errors import NeurologicError

if TYPE_CHECKING:
    import jinja2


@cache
def _environment() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError as error:
        hint = "python -m pip install jinja2"
        raise NeurologicError("HTML and SVG views need jinja2", hint=hint) from error
    return jinja2.Environment(
        loader=jinja2.PackageLoader("neurologic.display", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def rendered(template: str, **values: Any) -> str:
    """A template filled with values, which it escapes."""
    return _environment().get_template(template).render(**values).strip()
