"""What judging a policy on a subject gives."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from eks_guard.digests import fingerprint_of
from eks_guard.model.outcome import Outcome, Severity
from eks_guard.records import dataclass, field

if TYPE_CHECKING:
    import datetime

    from eks_guard.model.change import ResourceChange
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.fix import Fix
    from eks_guard.model.kubectl import Step
    from eks_guard.model.policy import Policy
    from eks_guard.model.resource import OwnedIn, ResourceId, SourcePosition
    from eks_guard.model.value import Place, Value


class Baseline(StrEnum):
    """Whether a finding was there before: the words of SARIF."""

    NEW = "new"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Observation:
    """One value that a fact found on a subject.

    `says` is a sentence for the person who reads a failure: what was found and what it leads to.
    `if_unknown` is the sentence where the value leaves the answer open: `says` holds in each branch of a deployment,
    and says what is wrong there. `trace` is the proof, `place` the property that decides, `fix` the lines to write
    where the fact knows them better than the policy does, `remedy` what to do about a failure where the policy's own
    text is about another case, `settled_by` what makes an open value known.
    """

    value: Value[Any]
    says: str
    place: Place | None = None
    trace: tuple[Step, ...] = ()
    fix: Fix | None = None
    remedy: str | None = None
    settled_by: str | None = None
    if_unknown: str | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What a policy is asked about: a cluster, another thing of the estate, or a CloudFormation resource.

    `thing` is the typed thing, or the RawResource that is only read by JSONPath. In `body`, the resource's JSON with
    its references followed, every reference that could not be resolved is an `Unknown`. `only_in` are the cases in
    which alone the thing belongs to the cluster, None where it always does.
    """

    kind: str
    id: str
    stack: str
    place: Place
    resource: ResourceId | None = None
    thing: Any = None
    cluster: Cluster | None = None
    body: dict[str, Any] = field(default_factory=dict)
    source: SourcePosition | None = None
    change: ResourceChange | None = None
    only_in: OwnedIn | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """A decision of the project to live with a failure, until a date."""

    policy: str
    subject: str
    reason: str
    expires: datetime.date | None
    origin: str

    @property
    def is_acknowledgement(self) -> bool:
        """Whether it stands in the app's code, as CDK's own `acknowledge`; only these have no last day."""
        return self.expires is None


@dataclass(frozen=True, slots=True)
class Location:
    """Where a finding points: line and column count from 1, and are None where the file is gone."""

    place: Place
    line: int | None = None
    column: int | None = None
    source: SourcePosition | None = None


@dataclass(frozen=True, slots=True)
class Replacement:
    """A range of a source file, as seen from where the tool runs, and the text that takes its place.

    Lines and columns count from 1, columns in characters; the end is the first character behind the range.
    """

    file: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Whole lines of a source file, the first and the last of those that go, and the lines that come instead."""

    file: str
    first: int
    last: int
    text: str


@dataclass(frozen=True, slots=True)
class Mending:
    """The edit of the app's own sources that `eks-guard fix` makes of one finding, in two forms."""

    replacements: tuple[Replacement, ...]
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one policy says of one subject, with its proof. `app` is the folder of the app in its repository."""

    policy: Policy
    severity: Severity
    outcome: Outcome
    subject: Subject
    because: tuple[str, ...]
    location: Location
    trace: tuple[tuple[Step, Location | None], ...] = ()
    fix: Fix | None = None
    waiver: Waiver | None = None
    app: str = ""
    baseline: Baseline | None = None
    mending: Mending | None = None

    @property
    def fingerprint(self) -> str:
        """The same after each synth: logical ids and lines may move, app, construct path and property do not."""
        property_ = "/".join(self.location.place.pointer.split("/")[3:])
        named = (self.policy.id, self.subject.id, property_)
        return fingerprint_of(self.app, *named) if self.app else fingerprint_of(*named)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a policy on a subject, with the observations that decided it, the gravest first."""

    outcome: Outcome
    severity: Severity
    decisive: tuple[Observation, ...] = ()
