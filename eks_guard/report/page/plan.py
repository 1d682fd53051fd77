"""`upgrade --format html`: the steps of each cluster as a line with the blocks on it, and below what each step asks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eks_guard.model.describe import count
from eks_guard.model.upgrade import Phase, Weight
from eks_guard.model.value import Known
from eks_guard.report.page.document import document
from eks_guard.report.page.markup import Markup, code, icon, link, name, prose, tag
from eks_guard.report.upgrade_text import lines_of, not_here, place_of, summary, way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.upgrade import ClusterPlan, Item, Step, UpgradePlan

HERE = Path(__file__).parent
ICONS = {Weight.BLOCKS: "failed", Weight.UNKNOWN: "unknown"}


def render(plan: UpgradePlan) -> str:
    """The plan as a page, which needs no script and no network."""
    style = "".join((HERE / file).read_text(encoding="utf-8") for file in ("page.css", "plan.css"))
    icons = (HERE / "icons.svg").read_text(encoding="utf-8")
    clusters = [_cluster(plan, cluster, f"cluster-{index}") for index, cluster in enumerate(plan.clusters)]
    return document(
        f"{_verdict(plan)} · {plan.assembly.path[-80:]} · eks-guard upgrade",
        style,
        Markup(icons),
        tag("a", "Skip to the plan", href="#cluster-0", class_="skip") if clusters else None,
        tag("header", tag("p", "eks-guard", class_="brand"), _contents(plan), class_="top"),
        tag("main", _head_of(plan), *clusters, tag("p", not_here(plan), class_="detail rest")),
    )


def _contents(plan: UpgradePlan) -> Markup:
    links = (tag("a", found.site.id, href=f"#cluster-{index}") for index, found in enumerate(plan.clusters[:6]))
    return tag("nav", *links, aria_label="Clusters")


def _verdict(plan: UpgradePlan) -> str:
    if not plan.clusters:
        return "No EKS cluster found"
    blocks, unknown = plan.count(Weight.BLOCKS), plan.count(Weight.UNKNOWN)
    words = f"{blocks} blockers" if blocks > 1 else "1 blocker" if blocks else "Nothing blocks the way"
    return f"{words}, {unknown} unknown" if unknown else words


def _head_of(plan: UpgradePlan) -> Markup:
    state = (
        "failed" if plan.count(Weight.BLOCKS) else "unknown" if plan.count(Weight.UNKNOWN) or plan.problems else "holds"
    )
    oldest = min((day for _, day in plan.facts_as_of), default=plan.today)
    facts = (("Planned on", plan.today.isoformat()), ("Facts as of", f"{oldest} and later"))
    return tag(
        "section",
        tag("p", "Upgrade plan of ", name(plan.assembly.path, "code"), class_="eyebrow"),
        tag("h1", icon(state), _verdict(plan), id="verdict", class_=f"verdict verdict-{state}"),
        tag("dl", *(tag("div", tag("dt", term), tag("dd", text)) for term, text in facts), class_="facts"),
        _list("Problems", plan.problems),
        _list("Notes", plan.notes),
        class_="summary",
        aria_labelledby="verdict",
    )


def _list(title: str, lines: tuple[str, ...]) -> Markup | None:
    if not lines:
        return None
    return tag("div", tag("h2", title, class_="notes-title"), tag("ul", *(tag("li", *prose(line)) for line in lines)))


def _cluster(plan: UpgradePlan, cluster: ClusterPlan, id_: str) -> Markup:
    return tag(
        "section",
        tag("h2", name(cluster.site.id), " ", tag("span", way(cluster), class_="count"), id=f"{id_}-title"),
        tag("p", summary(cluster) if cluster.all_items else "Nothing to do.", class_="detail"),
        _line(cluster, id_) if cluster.steps else None,
        tag("ul", *(_item(plan, item) for item in cluster.items), class_="items") if cluster.items else None,
        *(_step(plan, step, f"{id_}-{step.to}") for step in cluster.steps),
        id=id_,
        aria_labelledby=f"{id_}-title",
    )


def _line(cluster: ClusterPlan, id_: str) -> Markup:
    """The way as a line: a stop for each minor, and on it what blocks the step to it."""
    start = str(cluster.start.value.of_minor) if isinstance(cluster.start, Known) else "?"
    first = tag("li", tag("span", start, class_="minor"), tag("span", "now", class_="detail"), class_="stop stop-start")
    return tag("ol", first, *(_stop(step, id_) for step in cluster.steps), class_="line", aria_label="The steps")


def _stop(step: Step, id_: str) -> Markup:
    blocks = [item for item in step.items if item.weight is Weight.BLOCKS]
    others = len(step.items) - len(blocks)
    names = dict.fromkeys(item.id for item in blocks)
    chips = (tag("span", icon("failed"), _times(found, blocks), class_="chip") for found in names)
    return tag(
        "li",
        tag("a", str(step.to), href=f"#{id_}-{step.to}", class_="minor"),
        tag("span", *(chips if blocks else (tag("span", "nothing blocks", class_="detail"),)), class_="chips"),
        tag("span", count(others, "more item" if blocks else "item"), class_="detail"),
        class_=f"stop {'stop-blocked' if blocks else 'stop-open'}",
    )


def _times(id_: str, items: list[Item]) -> str:
    number = sum(item.id == id_ for item in items)
    return f"{number} {id_}" if number > 1 else id_


def _step(plan: UpgradePlan, step: Step, id_: str) -> Markup:
    parts = []
    for phase in Phase:
        found = [item for item in step.items if item.phase is phase]
        if found:
            parts.append(tag("h4", f"{phase} the control plane moves" if phase is not Phase.WITH else "with it"))
            parts.append(tag("ul", *(_item(plan, item) for item in found), class_="items"))
    support = (
        f"standard support until {step.end_of_standard}" if step.end_of_standard else "end of support not published"
    )
    return tag(
        "div",
        tag("h3", f"To {step.to} ", tag("span", support, class_="count")),
        *parts,
        id=id_,
        class_="step",
    )


def _item(plan: UpgradePlan, item: Item) -> Markup:
    written = list(lines_of(item, plan))
    return tag(
        "li",
        tag("p", *_title(item), class_="item-title"),
        tag("p", *prose(item.says), class_="because"),
        code(written) if written else None,
        _source(item),
        class_=f"item item-{item.weight}",
    )


def _title(item: Item) -> Iterator[Markup | str]:
    yield tag("span", icon(ICONS[item.weight]) if item.weight in ICONS else None, str(item.weight), class_="weight")
    yield tag("span", item.id, class_="policy")
    yield name(item.site.id)
    if place_of(item):
        yield tag("span", name(place_of(item)), class_="detail")


def _source(item: Item) -> Markup | None:
    if item.source is None:
        return None
    text = item.source.text
    shown = link(text, text) if text.startswith("http") else tag("span", text)
    return tag("p", shown, f", as of {item.source.as_of}", class_="detail source")
