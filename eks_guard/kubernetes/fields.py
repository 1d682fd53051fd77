"""What the server asks of one field beyond its type: that it is there, one of some values, in a range, in a format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.addresses import cidr, ip_address, public_ip
from eks_guard.kubernetes.formats import FORMATS, port_name
from eks_guard.kubernetes.notes import Notes, below
from eks_guard.kubernetes.parts import OpenText, is_given, number
from eks_guard.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_PORTS = 65535
WHOLE = 100


@dataclass(frozen=True, slots=True)
class Field:
    """The rows of the table for one field of a definition; `rule` names the rule that a range or format is part of."""

    rule: str
    values: tuple[str, ...] = ()
    lowest: int | None = None
    highest: int | None = None
    format: Callable[[Any, int], str | None] | None = None

    def judge(self, value: Any, path: str, notes: Notes) -> None:
        """Note what is wrong with a value that is given, or with each entry of a list."""
        if isinstance(value, list):
            for index, item in enumerate(value):
                self.judge(item, f"{path}[{index}]", notes)
        elif self.values:
            self._judge_choice(value, path, notes)
        elif self.format:
            wrong = self.format(value, notes.minor) if value != "" else None
            if wrong:
                notes.wrong(path, self.rule, wrong)
        else:
            self._judge_range(number(value), path, notes)

    def _judge_choice(self, value: Any, path: str, notes: Notes) -> None:
        fits = value in self.values if isinstance(value, str) else _may_be_one(value, self.values)
        if not fits and value != "":
            known = ", ".join(f'"{item}"' for item in self.values)
            rule = self.rule if self.rule == "restart-policy" else "enum"
            notes.wrong(path, rule, f'unsupported value "{value}", supported values: {known}')

    def _judge_range(self, value: int | None, path: str, notes: Notes) -> None:
        if value is None:
            return
        low, high = self.lowest, self.highest
        if (low is not None and value < low) or (high is not None and value > high):
            bounds = f"in the range {low}-{high}: between {low} and {high}, inclusive"
            expected = bounds if high is not None else f"greater than or equal to {low}"
            notes.wrong(path, self.rule, f"{value} must be {expected}{_as_octal(low, high, value)}")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one definition, and which of them have to be there."""

    known: Mapping[str, Field]
    required: tuple[str, ...]

    def judge(self, value: dict[Any, Any], path: str, notes: Notes) -> None:
        """Note what is wrong with the fields of a map."""
        if self.required:
            notes.require(value, path, self.required)
        for key, found in value.items():
            row = self.known.get(key)
            if row is not None and found is not None:
                row.judge(found, below(path, key), notes)


def read_fields(row: Mapping[str, Any]) -> Fields:
    """The fields of one definition in the table."""
    fields = row["fields"].items()
    known = {key: _field(row["rule"], rows) for key, rows in fields if rows.keys() - {"required"}}
    return Fields(known, tuple(key for key, rows in fields if rows.get("required")))


def _field(rule: str, row: Mapping[str, Any]) -> Field:
    return Field(
        row.get("rule", rule),
        tuple(row.get("enum", ())),
        row.get("min"),
        row.get("max"),
        _format(row["format"]) if "format" in row else None,
    )


def _format(name: str) -> Callable[[Any, int], str | None]:
    """What judges a format at a minor; most are the same at all of them."""
    if name in BY_MINOR:
        return BY_MINOR[name]
    ageless = {**FORMATS, **NUMBERS_TOO}[name]
    return lambda value, _: ageless(value)


def _may_be_one(value: Any, values: tuple[str, ...]) -> bool:
    return any(map(value.may_be, values)) if isinstance(value, OpenText) else True


def _as_octal(low: int | None, high: int | None, value: int) -> str:
    """A word on file modes, which JSON has no octal numbers for."""
    if (low, high) != (0, 0o777):
        return ""
    meant = f"; 0{value} is {int(str(value), 8)}" if all(digit in "01234567" for digit in str(value)) else ""
    return f" (0777 in octal, while JSON has decimal numbers only{meant})"


def port(value: Any) -> str | None:
    """What is wrong with a port, which is a number or a name."""
    found = number(value)
    if found is None:
        return port_name(value)
    return None if 1 <= found <= MOST_PORTS else f"{found} must be between 1 and {MOST_PORTS}, inclusive"


def int_or_percent(value: Any) -> str | None:
    """What is wrong with a number from 0 on, or a percentage."""
    found = number(value)
    if found is not None:
        return f"{found} must be greater than or equal to 0" if found < 0 else None
    if isinstance(value, OpenText):
        return None if all(c.isdigit() or c == "%" for piece in value.fixed for c in piece) else _percent(str(value))
    if isinstance(value, str) and not (value.endswith("%") and value[:-1].isascii() and value[:-1].isdigit()):
        return _percent(value)
    return None


def _percent(value: str) -> str:
    return (
        f'"{value}" is neither a number nor a valid percent string, which must be a numeric string followed by an '
        "ending '%'; write a number without quotes"
    )


def percent_to_100(value: Any) -> str | None:
    """What is wrong with a number from 0 on, or a percentage up to 100."""
    wrong = int_or_percent(value)
    if wrong is None and isinstance(value, str) and int(value[:-1]) > WHOLE:
        return f'"{value}" must not be greater than 100%'
    return wrong


BY_MINOR: dict[str, Callable[[Any, int], str | None]] = {"cidr": cidr, "ip": ip_address, "public-ip": public_ip}
NUMBERS_TOO: dict[str, Callable[[Any], str | None]] = {
    "port": port,
    "int-or-percent": int_or_percent,
    "percent-to-100": percent_to_100,
}


def absent(value: Any) -> bool:
    """Whether nothing, or what Go takes for nothing, is given."""
    return not is_given(value)
