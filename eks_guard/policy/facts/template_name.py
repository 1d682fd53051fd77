"""How a managed node group names its launch template: by its id or by its name.

https://docs.aws.amazon.com/eks/latest/APIReference/API_LaunchTemplateSpecification.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.properties import Property
from eks_guard.model.resource import Link
from eks_guard.model.value import Known, lift
from eks_guard.policy.facts.properties import is_written, of_property
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import NodeGroup
    from eks_guard.policy.facts.fact import Context

LAUNCH_TEMPLATE = "AWS::EC2::LaunchTemplate"
_ID = regex(r"lt-[0-9a-f]{8,17}")
BY_ID_FIX = Fix.of(
    "Name the launch template by its id alone",
    typescript="launchTemplate: { id: template.launchTemplateId!, version: template.latestVersionNumber },",
    python="launch_template=eks.CfnNodegroup.LaunchTemplateSpecificationProperty(\n"
    "    id=template.launch_template_id, version=template.latest_version_number\n),",
    cloudformation="LaunchTemplate:  # without Name\n  Id: !Ref Template\n"
    "  Version: !GetAtt Template.LatestVersionNumber",
)


def named(group: NodeGroup, context: Context) -> Iterator[Observation]:
    """Whether the group names its template once, and by its name where it says so."""
    settings = {setting.property: setting.value for setting in context.estate.resources.settings(group.at.resource)}
    by_id = settings.get(Property.LAUNCH_TEMPLATE_ID, Known(None))
    by_name = settings.get(Property.LAUNCH_TEMPLATE_NAME, Known(None))
    if not is_written(by_name):
        return
    name = in_branches(by_name)
    if is_written(by_id):
        single = lift(lambda one, other: one is None or other is None, by_id, by_name)
        says = "the node group names its launch template by Id and by Name: EKS takes one of them, and refuses both"
        yield _mended(of_property("nodegroup", group.at, f"LaunchTemplate.Name {name}", single, says, by_name.place))
    is_name = lift(lambda found: not _is_id(found), by_name)
    if is_name == Known(value=False) or (not isinstance(is_name, Known) and is_name.candidates):
        says = (
            f"LaunchTemplate.Name is {name}, which is the template's id, lt-…: the deploy will fail, because no "
            "template has such a name"
        )
        yield _mended(of_property("nodegroup", group.at, f"LaunchTemplate.Name {name}", is_name, says, by_name.place))


def _mended(observed: Observation) -> Observation:
    return replace(observed, fix=BY_ID_FIX, remedy=f"{BY_ID_FIX.title}.")


def _is_id(target: Any) -> bool:
    """Whether a target is the id of a launch template, as each reference to one is."""
    written = isinstance(target, str) and _ID.fullmatch(target) is not None
    return written or (isinstance(target, Link) and target.type == LAUNCH_TEMPLATE)
