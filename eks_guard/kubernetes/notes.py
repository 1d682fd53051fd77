"""What is noted while an object is judged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.kubernetes.parts import lacks
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

UNKNOWN_FIELD = "unknown-field"
REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Mistake:
    """What will be refused: where in the object, by which rule, and what to do.

    Where `certain` is false, only the deployment, or a Kubernetes release whose behaviour is not known, decides.
    """

    path: str
    rule: str
    says: str
    certain: bool = True

    def __str__(self) -> str:
        return f"{self.path}: {self.says}" if self.path else self.says


@dataclass(slots=True)
class Notes:
    """The mistakes found so far in one object, at one Kubernetes minor such as 34.

    `claims` are the volumes that a StatefulSet adds to its pods, None where they are open; `is_pod` tells a pod from
    a template of one. `leaves_rules` tells that the schema of the object has rules that are not judged.
    `defined_by` are the names of the definitions that were looked up at the minor, and `by_minor` tells that a rule
    asked for it: without that, what is noted holds at each minor that has the same definitions.
    """

    at: int
    is_pod: bool = False
    claims: tuple[str, ...] | None = ()
    leaves_rules: bool = False
    mistakes: list[Mistake] = field(default_factory=list)
    defined_by: set[str] = field(default_factory=set)
    by_minor: bool = False

    @property
    def minor(self) -> int:
        """The minor, for a rule that is not the same at all of them."""
        self.by_minor = True
        return self.at

    def wrong(self, path: str, rule: str, says: str) -> None:
        """Note what is refused."""
        self.mistakes.append(Mistake(path, rule, says))

    def doubtful(self, path: str, rule: str, says: str) -> None:
        """Note what may be refused."""
        self.mistakes.append(Mistake(path, rule, says, certain=False))

    def note(self, path: str, rule: str, says: str | None) -> None:
        """Note what is refused, if anything is."""
        if says:
            self.wrong(path, rule, says)

    def note_entry(self, path: str, key: Any, rule: str, says: str | None) -> None:
        """Note what is refused of an entry of a map with keys of its own, if anything is."""
        if says:
            self.wrong(of_key(path, key), rule, says)

    def require(self, value: dict[Any, Any], path: str, keys: Iterable[str], rule: str = REQUIRED) -> None:
        """Note the fields of a map that are surely absent or empty."""
        for key in keys:
            if lacks(value, key):
                self.wrong(below(path, key), rule, "required, and missing")

    def exactly_one(self, value: dict[Any, Any], path: str, keys: Sequence[str], rule: str, what: str) -> None:
        """Note where none or more than one of some fields is given; `what` names what each of them is."""
        if not self.at_most_one(value, path, keys, rule, what) and all(lacks(value, key) for key in keys):
            self.wrong(path, rule, f"required: must specify a {what}, one of {', '.join(keys)}")

    def at_most_one(self, value: dict[Any, Any], path: str, keys: Sequence[str], rule: str, what: str) -> list[str]:
        """Note where more than one of some fields is given, and return those that are."""
        given = [key for key in keys if value.get(key) is not None]
        if len(given) > 1:
            self.wrong(path, rule, f"may not specify more than 1 {what}: {' and '.join(given)} are both given")
        return given

    def unique(self, values: Iterable[tuple[str, Any]], rule: str) -> None:
        """Note each of some values, with their paths, that stood at an earlier one."""
        seen: set[Any] = set()
        for path, value in values:
            if isinstance(value, dict | list):  # whose type is another mistake
                continue
            if value in seen:
                self.wrong(path, rule, f'duplicate value: "{value}" must be unique')
            seen.add(value)


def below(path: str, key: str) -> str:
    """The path of a field, as the server writes it."""
    return f"{path}.{key}" if path else key


def of_key(path: str, key: Any) -> str:
    """The path of an entry of a map with keys of its own, such as labels."""
    return f"{path}[{key}]"
