"""What becomes of Kubernetes objects: created twice, lost with the construct that held them, or not to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.assembly.following.resolution import Attribute, Literal
from eks_guard.change.account_roles import lost_role
from eks_guard.change.aws_auth import AWS_AUTH, lost_access
from eks_guard.change.claims import CLAIM, refused_growth, volume_lost
from eks_guard.change.custom_resources import MANIFEST
from eks_guard.change.definitions import CRD, dropped_versions
from eks_guard.change.immutable import immutable_fields
from eks_guard.change.lines import keep_id, keep_unpruned, retain
from eks_guard.change.moves import moved_to_another_cluster
from eks_guard.change.objects import Objects
from eks_guard.change.paths import literal
from eks_guard.change.pruning import Pruning
from eks_guard.change.sameness import differs
from eks_guard.change.wording import name_of, old_place
from eks_guard.model.change import Effect, Fate, Question
from eks_guard.model.kubectl import Step
from eks_guard.model.properties import Property
from eks_guard.model.value import Known, Unknown
from eks_guard.model.version import Version

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eks_guard.assembly.stack import Node, Resource
    from eks_guard.change.fates import Fates
    from eks_guard.change.objects import Identity, KubernetesObject
    from eks_guard.change.verdict import Verdict
    from eks_guard.model.fix import Fix
    from eks_guard.model.value import Place, Value

HOLDERS = ("Namespace", CRD)
UNPRUNED = "Set `prune: false` on the manifest or the cluster: what a manifest no longer lists then stays."
OPEN_VERSION = "the version of its cluster is decided when the stack is deployed"
LOSSES = (*HOLDERS, CLAIM)
"""The kinds that take along what is in them, or what is stored through them."""


class Manifests:
    """Judges the manifests of an update."""

    def __init__(self, fates: Fates) -> None:
        self._fates = fates
        self._objects = Objects(fates)
        self._old = self._holders(new=False)
        self._new = self._holders(new=True)

    def effects(self, verdict: Verdict) -> Iterator[Effect]:
        """All that the update does to a manifest's objects."""
        old, new = verdict.old, verdict.new
        if new and verdict.fate in (Fate.CREATED, Fate.KEPT):
            yield from self._gained(verdict, new)
        if old and new and verdict.fate is Fate.KEPT:
            yield from self._changed(old, new)
        if old and verdict.fate is Fate.DELETED:
            yield from self._removed(old)

    def _holders(self, *, new: bool) -> dict[Identity, list[KubernetesObject]]:
        pairing = self._fates.pairing
        found: dict[Identity, list[KubernetesObject]] = {}
        for manifest in (pairing.new if new else pairing.old).resources(MANIFEST):
            for item in self._objects.of(manifest) or ():
                found.setdefault(item.identity, []).append(item)
        return found

    def _gained(self, verdict: Verdict, new: Resource) -> Iterator[Effect]:
        """Objects that another construct held in PREVIOUS."""
        had = {item.identity for item in self._objects.of(verdict.old) or ()} if verdict.old else set()
        for item in self._objects.of(new) or ():
            for held in self._old.get(item.identity, ()) if item.identity not in had else ():
                if self._fates.pairing.key(held.manifest) != self._fates.pairing.key(new):
                    yield from self._taken_over(verdict, item, held)

    def _taken_over(self, verdict: Verdict, item: KubernetesObject, held: KubernetesObject) -> Iterator[Effect]:
        new, old = item.manifest, held.manifest
        cluster = self._fates.same(old, new, Property.CLUSTER)
        if differs(cluster):
            return
        fate = self._fates.of(old).fate
        if fate is Fate.DELETED and self._fates.pairing.is_updated_before(old.stack, new.stack):
            return
        makes = verdict.fate is Fate.CREATED and not _is_true(self._fates.at(new, Property.OVERWRITE))
        steps = (
            Step(0, "before", f"{item.words} is in {name_of(old)}", old_place(old)),
            Step(1, "after", f"{item.words} is in {name_of(new)}", new.place),
        )
        question = Question.NAME if makes else Question.LOST_OBJECTS
        fix = keep_id(self._fates, old, new) or (None if makes else retain(old))
        remedy = f"Keep {name_of(old)}, or remove the object in an earlier deploy." if makes and not fix else None
        if isinstance(cluster, Unknown) or fate is Fate.UNKNOWN:
            why = cluster.reason if isinstance(cluster, Unknown) else self._fates.of(old).because
            reason = f"unknown whether {name_of(old)} still contains {item.words}: {why}"
            yield Effect(question, Unknown(reason), reason, new.place, steps)
        elif makes and self._is_dropped(old, held):
            reason = f"unknown whether {item.words} is removed with {name_of(old)} before {name_of(new)} creates it"
            yield Effect(question, Unknown(reason), reason, new.place, steps)
        elif makes:
            says = f"kubectl create will refuse: AlreadyExists; {name_of(old)} contains {item.words} in PREVIOUS"
            yield Effect(question, Known(says), says, new.place, steps, remedy, fix=fix)
        elif fate is Fate.DELETED:
            says = (
                f"{item.words} is applied, then deleted with {name_of(old)}: the deploy succeeds and the object is gone"
            )
            yield Effect(question, Known(says), says, new.place, steps, fix=fix)

    def _is_dropped(self, old: Resource, held: KubernetesObject) -> bool:
        """Whether a manifest stays, prunes, and no longer declares an object: then the order decides."""
        new = self._fates.of(old).new
        listed = self._objects.of(new) or () if new else ()
        if new is None or held.identity in {item.identity for item in listed}:
            return False
        return Pruning(self._fates, old, new, listed).spares(held) is None

    def _changed(self, old: Resource, new: Resource) -> Iterator[Effect]:
        if old.properties.raw == new.properties.raw and not self._leans_on_roles(old):
            return
        before_, after = self._objects.of(old), self._objects.of(new)
        if before_ is None or after is None:
            yield _unread(new)
            return
        now = {item.identity: item for item in after}
        server = self._server_of(new)
        for item in before_:
            if item.identity in now:
                yield from immutable_fields(self._fates.rules, item, now[item.identity], server)
                yield from dropped_versions(item, now[item.identity])
                yield from refused_growth(item, now[item.identity], lambda asked: self._declared(asked, new))
                yield from lost_role(self._fates, item, now[item.identity])
        yield from self._dropped(old, new, [item for item in before_ if item.identity not in now])
        yield from moved_to_another_cluster(self._fates, old, new)

    def _server_of(self, manifest: Resource) -> Value[Version]:
        """The version of the control plane that a manifest is applied to, which is updated first."""
        cluster = self._fates.at(manifest, Property.CLUSTER).follow()
        if not (
            isinstance(cluster, Attribute)
            and Property.VERSION in self._fates.rules.properties.get(cluster.resource.type, ())
        ):
            return Unknown("the version of its cluster is not in the assembly")
        version = literal(self._fates.at(cluster.resource, Property.VERSION))
        try:
            return Known(Version.parse(version)) if isinstance(version, str) else Unknown(OPEN_VERSION)
        except ValueError:
            return Unknown(OPEN_VERSION)

    def _dropped(self, old: Resource, new: Resource, gone: Sequence[KubernetesObject]) -> Iterator[Effect]:
        """Objects that a manifest no longer lists; those that another one lists now are there in the end."""
        pruning = Pruning(self._fates, old, new, self._objects.of(new) or ())
        for item in gone:
            is_declared, is_lost = self._is_declared(item, old), item.kind in LOSSES and not pruning.spares(item)
            if is_lost and _is_immortal(item) and not is_declared:
                says = f"kubectl prunes {item.words}, and the API server refuses it: this namespace may not be deleted"
                yield Effect(Question.IMMUTABLE, Known(says), says, new.place, (), UNPRUNED, fix=keep_unpruned())
            elif is_declared and is_lost:
                reason = (
                    f"whether {item.words} is lost is unknown: {name_of(new)} prunes it, if this comes before another "
                    "manifest takes it over"
                )
                yield Effect(Question.LOST_NAMESPACES, Unknown(reason), reason, new.place, fix=keep_unpruned())
            elif is_lost:
                yield from self._lost(item, "is pruned", new.place, keep_unpruned(), UNPRUNED)
            elif not is_declared:
                yield pruning.effect(item)

    def _leans_on_roles(self, old: Resource) -> bool:
        return any(item.kind == "ServiceAccount" for item in self._objects.of(old) or ())

    def _removed(self, old: Resource) -> Iterator[Effect]:
        items = self._objects.of(old)
        place = old_place(old)
        if items is None:
            reason = "unknown whether it contains a Namespace: its text is undecided"
            yield Effect(Question.LOST_NAMESPACES, Unknown(reason), reason, place)
            return
        for item in items:
            if item.kind in LOSSES and not (self._is_declared(item, old) or _is_immortal(item)):
                yield from self._lost(item, "is deleted", place, retain(old))
        auth = next((item for item in items if item.identity == AWS_AUTH and not self._is_declared(item, old)), None)
        if auth:
            yield from lost_access(self._fates, auth)

    def _lost(
        self, item: KubernetesObject, verb: str, place: Place, fix: Fix, remedy: str | None = None
    ) -> Iterator[Effect]:
        lost: Value[str] | None = Known(f"{item.words} {verb}, with everything in it")
        if item.kind == CLAIM:
            lost = volume_lost(item, verb, lambda asked: self._declared(asked, item.manifest))
        if lost is not None:
            steps = (Step(0, "manifest", f"{item.words} is in {name_of(item.manifest)}", old_place(item.manifest)),)
            says = lost.reason if isinstance(lost, Unknown) else lost.value
            yield Effect(Question.LOST_NAMESPACES, lost, says, place, steps, remedy, fix=fix)

    def _declared(self, identity: Identity, manifest: Resource) -> KubernetesObject | None:
        """An object that some manifest lists for the same cluster, as it is after the update if it is there then."""
        for item in (*self._new.get(identity, []), *self._old.get(identity, [])):
            if not differs(self._fates.same(manifest, item.manifest, Property.CLUSTER)):
                return item
        return None

    def _is_declared(self, item: KubernetesObject, old: Resource) -> bool:
        """Whether some construct of the new assembly holds the object on the same cluster, and not only later on."""
        return any(
            not differs(self._fates.same(old, found.manifest, Property.CLUSTER))
            for found in self._new.get(item.identity, ())
            if item.kind not in HOLDERS or not self._fates.pairing.is_updated_before(old.stack, found.manifest.stack)
        )


def _is_immortal(item: KubernetesObject) -> bool:
    """Whether the API server keeps a namespace, whose deletion CDK's handler then takes for done.

    https://github.com/kubernetes/kubernetes/blob/master/plugin/pkg/admission/namespace/lifecycle/admission.go
    """
    return item.kind == "Namespace" and item.identity[3] in ("default", "kube-public", "kube-system")


def _unread(new: Resource) -> Effect:
    reason = "unknown whether an immutable field changes: what the manifest declares is undecided"
    return Effect(Question.IMMUTABLE, Unknown(reason), reason, new.place)


def _is_true(node: Node) -> bool:
    found = node.follow()
    return isinstance(found, Literal) and str(found.node.raw).lower() == "true"
