"""Facts about the Kubernetes objects that an app applies: whether kubectl and the API server will take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eks_guard.kubernetes.custom_kinds import served_versions
from eks_guard.kubernetes.notes import Mistake
from eks_guard.kubernetes.objects import Judge
from eks_guard.kubernetes.parts import is_given, lacks, mapping, text
from eks_guard.kubernetes.reading import RULE, objects_in, unreadable
from eks_guard.kubernetes.table import Schemas, is_own_group
from eks_guard.kubernetes.verdicts import judge_all
from eks_guard.model.describe import count
from eks_guard.model.finding import Observation
from eks_guard.model.kubectl import Step
from eks_guard.model.value import Known, Place, Unknown, Value
from eks_guard.policy.facts.control_plane import minors_of
from eks_guard.policy.facts.custom_kinds import custom_kinds
from eks_guard.policy.facts.fact import Aside, Context
from eks_guard.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.kubernetes.reading import Written
    from eks_guard.kubernetes.verdicts import Judgement
    from eks_guard.model.cluster import Cluster
    from eks_guard.model.workloads import Manifest, ManifestText

FIRST_JUDGED = 25
"""The oldest minor whose definitions are known."""
SHOWN = 10
NO_SCHEMA = "no schema in the app, so only their names and labels were judged"
RULES_LEFT = "the schema has rules in CEL (x-kubernetes-validations), which only the API server evaluates"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A manifest, the cluster that it is applied to, where its text is, and what kubectl reads in that.

    `items` are its objects, `broken` is what no object can be read from.
    """

    id: str
    place: Place
    text: Value[ManifestText]
    skips_validation: Value[bool]
    overwrites: Value[bool]
    cluster: Cluster
    items: tuple[Written, ...] = ()
    broken: tuple[Mistake, ...] = ()


def _asked(manifest: Manifest, context: Context) -> _Asked | None:
    return context.once_here(_read, manifest)


def _read(manifest: Manifest, context: Context) -> _Asked | None:
    cluster = context.cluster_of(manifest.owner)
    if cluster is None:
        return None
    text, place = manifest.text, manifest.text.place or manifest.at.place
    found = (tuple(objects_in(text.value.json)), _unreadable(text.value)) if isinstance(text, Known) else ()
    return _Asked(manifest.at.id, place, text, manifest.skips_validation, manifest.overwrites, cluster, *found)


def readable(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether kubectl can read a manifest; one observation for each mistake."""
    asked = _asked(manifest, context)
    if asked is None:
        return ()
    if isinstance(asked.text, Unknown):
        return (_unread(asked, asked.text),)
    found = tuple(_observed(asked, mistake) for mistake in asked.broken)
    return found or (_fine(asked, "is a list of objects"),)


def _unreadable(text: ManifestText) -> tuple[Mistake, ...]:
    return (Mistake("", RULE, f"the manifest {text.mistake}"),) if text.mistake else unreadable(text.json)


def updatable(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether each object of a manifest has a name; one observation for each that has none."""
    asked = _asked(manifest, context)
    if asked is None or isinstance(asked.text, Unknown):
        return ()
    items = [item for item in asked.items if _lets_server_name(item)]
    says = (
        "generateName works when the object is created, but the next change to the manifest will fail with “cannot "
        "use generate name with apply”; give it a name"
    )
    found = tuple(_observed(asked, Mistake(f"{item}: metadata.generateName", RULE, says)) for item in items)
    return found or (_fine(asked, "gives each of its objects a name"),)


def keys_single(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether no object of a manifest has a key twice; one observation for each key that is."""
    asked = _asked(manifest, context)
    if asked is None or isinstance(asked.text, Unknown):
        return ()
    found = tuple(
        _observed(
            asked, Mistake("", RULE, f'the key "{key}" is there twice in one object, of which the last one counts')
        )
        for key in asked.text.value.repeated
    )
    return found or (_fine(asked, "has each key once"),)


def _lets_server_name(item: Written) -> bool:
    metadata = mapping(item.body.get("metadata"))
    return lacks(metadata, "name") and is_given(metadata.get("generateName"))


def valid(manifest: Manifest, context: Context) -> tuple[Observation, ...]:
    """Return whether the API server takes each object; one observation for each mistake."""
    asked = _asked(manifest, context)
    if asked is None:
        return ()
    if isinstance(asked.text, Unknown):
        return (_unread(asked, asked.text),)
    judge, minors = context.once_here(_judge_of, asked.cluster)
    skips, size = asked.skips_validation, asked.text.value.size
    judgements = judge_all(judge, asked.items, minors, skips_validation=skips, size=size)
    nameless = tuple(_without_names(asked))
    if (
        asked.items and not (asked.broken or nameless) and all(judgement.is_sound for judgement in judgements)
    ):  # as most are
        return (_fine(asked, "is accepted by the API server"),)
    context.asides.update(dict.fromkeys((*_without_schema(asked, judgements, context), *_left(asked, judgements))))
    unread = (_observed(asked, mistake) for mistake in asked.broken)
    wrong = (observation for judgement in judgements for observation in _mistakes(asked, judgement))
    found = _shortened(asked, (*unread, *wrong, *nameless))
    return found or ((_fine(asked, "is accepted by the API server"),) if any(j.judged for j in judgements) else ())


def is_valid_at(manifest: Manifest, now: Context, then: Context) -> bool:
    """Return whether the API server surely accepts a manifest in another context, as it does in one that was asked."""
    asked, cluster = _asked(manifest, now), then.cluster_of(manifest.owner)
    if asked is None or cluster is None or not asked.items or asked.broken or any(_without_names(asked)):
        return False
    judge, minors = then.once_here(_judge_of, cluster)
    skips = isinstance(asked.skips_validation, Known) and asked.skips_validation.value
    return all(judge.is_sound(item.body, minors, skips_validation=skips, in_list=item.in_list) for item in asked.items)


def _without_schema(asked: _Asked, judgements: tuple[Judgement, ...], context: Context) -> Iterator[Aside]:
    """The custom resources of which nothing in the app says what they look like."""
    for item in (judgement.item for judgement in judgements if not judgement.judged):
        api_version, kind = text(item.body.get("apiVersion")), text(item.body.get("kind"))
        if not api_version or not kind or is_own_group(api_version):
            continue
        if not served_versions(custom_kinds(asked.cluster, context), api_version.rpartition("/")[0], kind):
            yield Aside("custom resource", f"{asked.id} {item.place}", f"{api_version} {kind}", NO_SCHEMA)


def _left(asked: _Asked, judgements: tuple[Judgement, ...]) -> Iterator[Aside]:
    """The custom resources of whose schema a part was not judged."""
    for item in (judgement.item for judgement in judgements if judgement.leaves_rules):
        kind = f"{item.body.get('apiVersion')} {item.body.get('kind')}"
        yield Aside("custom resource", f"{asked.id} {item.place}", kind, RULES_LEFT)


def _without_names(asked: _Asked) -> Iterator[Observation]:
    """A manifest that overwrites is applied from the first time on, which takes a name."""
    if isinstance(asked.overwrites, Known) and asked.overwrites.value:
        for item in filter(_lets_server_name, asked.items):
            says = f"{item}: metadata.generateName: cannot be used with Overwrite, which applies the object"
            yield _observed(asked, Mistake("", RULE, says))


def _mistakes(asked: _Asked, judgement: Judgement) -> Iterator[Observation]:
    if not judgement.mistakes:
        return
    from eks_guard.policy.facts.field_fix import field_fix  # noqa: PLC0415 (most objects are right)

    api_version = judgement.item.body.get("apiVersion")
    step = Step(0, "manifest", f"{judgement.item.place} {api_version} {judgement.item}", asked.place)
    for mistake in judgement.mistakes:
        observed = _observed(asked, replace(mistake, says=f"{judgement.item}: {mistake}", path=""), step)
        yield replace(observed, fix=field_fix(judgement.item, mistake))


def _shortened(asked: _Asked, found: tuple[Observation, ...]) -> tuple[Observation, ...]:
    """The first of many observations of a kind, and how many more there are."""
    certain = [observation for observation in found if isinstance(observation.value, Known)]
    more = len(certain) - SHOWN
    if more <= 0:
        return found
    rest = f"and {count(more, 'more mistake')}"
    return (*certain[:SHOWN], _observed(asked, Mistake("", RULE, rest)))


def _judge_of(cluster: Cluster, context: Context) -> tuple[Judge, tuple[int, ...]]:
    """The judge of all objects of a cluster, which knows the kinds that the app defines there, and its minors."""
    judge = context.judges.get(cluster.resource)
    if judge is None:
        judge = Judge(context.once(Schemas, context.tables), custom_kinds(cluster, context))
        context.judges[cluster.resource] = judge
    return judge, _minors(cluster, judge, context)


def _minors(cluster: Cluster, judge: Judge, context: Context) -> tuple[int, ...]:
    """The minors that a control plane may run, of those that can be judged."""
    written = isinstance(cluster.version, Known) or cluster.version.candidates
    newest = None if written else judge.newest
    found = minors_of(cluster, context)
    return tuple(minor for minor in found if minor >= FIRST_JUDGED and (newest is None or minor <= newest))


def _unread(asked: _Asked, text: Unknown[ManifestText]) -> Observation:
    return Observation(Unknown(text.reason, asked.place), text.reason, asked.place)


def _fine(asked: _Asked, says: str) -> Observation:
    return Observation(Known(value=True, place=asked.place), f"{asked.id} {says}", asked.place)


def _observed(asked: _Asked, mistake: Mistake, step: Step | None = None) -> Observation:
    says = str(mistake)
    value: Value[bool] = Known(value=False, place=asked.place) if mistake.certain else Unknown(says, asked.place)
    return Observation(value, says, asked.place, (step or Step(0, "manifest", asked.id, asked.place),))
