"""Files that people write: strict shapes, and each mistake as what was found and what was expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eks_guard.policy.names import nearest

if TYPE_CHECKING:
    from eks_guard.policy.source import Source

Name = Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")
SeverityName = Literal["info", "low", "medium", "high"]
OutcomeName = Literal["pass", "fail", "unknown", "not-applicable"]


class Written(BaseModel):
    """A part of a file; a key that it does not have is a mistake."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


M = TypeVar("M", bound=Written)


def validate(model: type[M], source: Source) -> M | None:
    """Check a file's shape; every mistake goes to the source, and there is no result if there is one."""
    try:
        return model.model_validate({} if source.data is None else source.data)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            source.wrong(tuple(mistake["loc"]), _in_words(model, dict(mistake)))
        return None


def _in_words(model: type[BaseModel], mistake: dict[str, Any]) -> str:
    """A mistake as what was found and what was expected."""
    found, context = mistake["input"], mistake.get("ctx", {})
    match mistake["type"]:
        case "missing":
            return "missing"
        case "extra_forbidden":
            key = str(mistake["loc"][-1])
            return "not a known key" + (_ELSEWHERE.get(key) or nearest(key, _keys(model, mistake["loc"][:-1])))
        case "literal_error":
            hint = nearest(found, str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", "))
            return f"found {found!r}, expected {context['expected']}{hint}"
        case "string_pattern_mismatch":
            return f"found {found!r}, expected text like {_EXAMPLES.get(context['pattern'], context['pattern'])}"
        case "value_error":
            return str(context["error"])
        case "too_short" if context.get("min_length", 1) > 1:
            return f"found {context['actual_length']}, expected at least {context['min_length']} entries"
        case "too_long":
            return f"found {context['actual_length']} entries, expected at most {context['max_length']}"
        case "string_type" if isinstance(found, int | float) and not isinstance(found, bool):
            return f"found the number {found!r}, expected text: write it in quotes, YAML reads 1.30 as 1.3"
    if not mistake["loc"]:  # a file of something else, which may hold secrets: nothing of it is quoted
        return f"expected {_EXPECTED.get(mistake['type'], mistake['msg'].lower())}"
    return f"found {_excerpt(found)}, expected {_EXPECTED.get(mistake['type'], mistake['msg'].lower())}"


_EXAMPLES = {
    r"^\d{4}-\d{2}-\d{2}$": "2026-12-31",
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "my-policy: lower-case words joined by dashes",
}
_ELSEWHERE = {
    "any_of": " here; alternatives are a line of `expect`, and none of them has any of its own",
    "not": "; there is no negation: ask for what should be, as one_of, excludes or exists: false do",
    "all_of": "; all lines of `expect` hold together",
}
"""Keys that are right in another place, or in other languages, and what to write instead."""
_EXPECTED = {
    "string_type": "text",
    "list_type": "a list",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "too_short": "at least one entry",
    "string_too_short": "at least one character",
}


def _keys(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that are known at a place of the file."""
    current: Any = model
    for key in location:
        if isinstance(key, int) or current is None:
            continue
        current = _inner_model(current.model_fields[key].annotation) if key in current.model_fields else None
    return [field.alias or name for name, field in current.model_fields.items()] if current else []


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((inner for part in getattr(annotation, "__args__", ()) if (inner := _inner_model(part))), None)


def _excerpt(value: object, limit: int = 60) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
