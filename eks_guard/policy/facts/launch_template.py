"""Whether EKS takes a managed node group together with its launch template.

https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from eks_guard.matching import regex
from eks_guard.model.describe import in_branches
from eks_guard.model.fix import Fix
from eks_guard.model.value import OPEN_PART, Known, Unknown, Value, lift
from eks_guard.policy.facts.fact import Context, Fact
from eks_guard.policy.facts.launches import CUSTOM, is_elsewhere, launches, site, through
from eks_guard.policy.facts.properties import is_written, of_property, settled
from eks_guard.policy.facts.settings_text import is_toml
from eks_guard.policy.operators import BOOLEAN
from eks_guard.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from eks_guard.model.finding import Observation
    from eks_guard.model.nodes import LaunchTemplate, NodeGroup
    from eks_guard.policy.facts.launches import Launch

AMAZON_LINUX = "AL2"
"""Begins the AMI types of Amazon Linux 2 and 2023, whose user data EKS merges with its own."""
BOTTLEROCKET = "BOTTLEROCKET"
"""Begins the AMI types of Bottlerocket, whose user data is TOML: https://bottlerocket.dev/en/os/latest/#/api/settings/"""
SPOT = "spot"
DISK = 'the deploy will fail with "Disk size must be specified within the launch template."'
REMOTE = 'the deploy will fail with "Remote access configuration cannot be specified with a launch template."'
BESIDE_IMAGE = "set although the launch template names an image, which determines it: EKS refuses the node group"
NOT_MULTIPART = (
    "EKS merges its own user data into that of an Amazon Linux image, but this is not a MIME multipart message: the "
    'deploy will fail with "Ec2LaunchTemplateInvalidConfiguration: User data was not in the MIME multipart format"'
)
MULTIPART_FIX = Fix.of(
    "Wrap the script in a MIME multipart message",
    module="ec2",
    typescript="const multipart = new ec2.MultipartUserData();  // userData of the launch template\n"
    "multipart.addUserDataPart(userData, ec2.MultipartBody.SHELL_SCRIPT, true);",
    python="multipart = ec2.MultipartUserData()  # user_data of the launch template\n"
    "multipart.add_user_data_part(user_data, ec2.MultipartBody.SHELL_SCRIPT, True)",
    cloudformation=(
        "LaunchTemplateData:  # in the launch template\n  UserData:\n    Fn::Base64: |\n      MIME-Version: 1.0\n    "
        '  Content-Type: multipart/mixed; boundary="//"\n\n      --//\n      Content-Type: text/x-shellscript\n\n    '
        "  #!/bin/bash\n      # the script, unchanged\n      --//--"
    ),
)
NOT_TOML = (
    "EKS merges its own settings into the user data of a Bottlerocket image, but this is not TOML: the deploy will "
    'fail with "Ec2LaunchTemplateInvalidConfiguration: User data was not a TOML format that could be processed"'
)
"""https://github.com/terraform-aws-modules/terraform-aws-eks/issues/3205"""
TOML_FIX = Fix.of(
    "Give Bottlerocket its settings as TOML",
    module="ec2",
    typescript="userData: ec2.UserData.custom('[settings.kubernetes]\\nmax-pods = 110'),  // of the launch template",
    python='user_data=ec2.UserData.custom("[settings.kubernetes]\\nmax-pods = 110"),  # of the launch template',
    cloudformation="LaunchTemplateData:  # in the launch template\n  UserData:\n    Fn::Base64: |\n"
    "      [settings.kubernetes]\n      max-pods = 110",
)
OF_THE_GROUP: tuple[tuple[str, Callable[[LaunchTemplate], Value[Any]], str], ...] = (
    (
        "IamInstanceProfile in the launch template",
        lambda template: template.instance_profile,
        "the launch template names an instance profile: EKS creates it itself, from the group's node role",
    ),
    (
        "SubnetId in the launch template",
        lambda template: lift(lambda found: found or None, template.subnets),
        "a network interface in the launch template names a subnet: EKS takes subnets only from the node group",
    ),
    (
        "InstanceMarketOptions in the launch template",
        lambda template: lift(lambda market: market if market == SPOT else None, template.market),
        (
            'the launch template requests Spot Instances: the deploy will fail with "Instance market options are not '
            'supported with the launch template."; set CapacityType to SPOT on the node group'
        ),
    ),
    (
        "HibernationOptions in the launch template",
        lambda template: lift(lambda hibernates: hibernates or None, template.hibernates),
        "the launch template lets instances hibernate, and EKS refuses a node group with such a template",
    ),
)
"""What a launch template must leave to the group: by its name, what is written of it, and what is wrong with that.

https://docs.aws.amazon.com/eks/latest/APIReference/API_LaunchTemplateSpecification.html,
https://github.com/aws/aws-cdk/issues/24730
"""
UNDECIDED = "the start of its user data is decided when the stack is deployed"
_MULTIPART = regex(r"^content-type:\s*multipart/", re.IGNORECASE | re.MULTILINE)
_BLANK_LINE = regex(r"\r?\n[ \t]*\r?\n")


def _fits(group: NodeGroup, context: Context) -> tuple[Observation, ...]:
    """One observation for each way in which a launch template and its group contradict each other."""
    found = launches(group)
    if not found:
        return ()
    from eks_guard.policy.facts.template_name import named  # noqa: PLC0415 (few groups have a template)

    return (*named(group, context), *(observed for launch in found for observed in _conflicts(group, launch)))


def _conflicts(group: NodeGroup, launch: Launch) -> Iterator[Observation]:
    yield from _beside_any(group, launch)
    if isinstance(launch, Unknown) and is_elsewhere(launch):
        unseen: Value[bool] = Unknown(launch.reason, launch.place)
        yield of_property("nodegroup", group.at, "launch template", unseen, "", launch.place)
        return
    yield of_property("nodegroup", group.at, "launch template", Known(value=True), "", launch.place)
    yield from _beside_image(group, launch)
    yield from _in_template(group, launch)
    yield from _user_data(group, launch)


def _beside_any(group: NodeGroup, launch: Launch) -> Iterator[Observation]:
    """What EKS takes from the launch template alone, wherever that is."""
    exists: Value[bool] = Known(value=True) if is_elsewhere(launch) else lift(lambda found: found is not None, launch)
    asked: Value[Any] = lift(lambda found: found or None, group.takes_remote_access)
    for value, name, message in (
        (group.disk_size, "disk size (DiskSize)", DISK),
        (asked, "remote access (RemoteAccess)", REMOTE),
    ):
        if is_written(value):
            fits = lift(lambda there, found: not there or found is None, exists, value)
            yield _of_group(group, name, value, fits, f"set although the node group has a launch template: {message}")


def _beside_image(group: NodeGroup, launch: Launch) -> Iterator[Observation]:
    image = through(launch, lambda template: template.image)
    of_image = (
        ("version (Version)", group.version),
        ("release version (ReleaseVersion)", group.release_version),
        ("AMI type (AmiType)", group.ami_type),
    )
    for name, value in of_image if is_written(image) else ():
        if is_written(value):
            fits = lift(lambda ami, found: ami is None or found in (None, CUSTOM), image, value)
            yield _omitted(_of_group(group, name, value, fits, BESIDE_IMAGE), f"the {name} of the node group")


def _of_group(group: NodeGroup, name: str, value: Value[Any], fits: Value[bool], why: str) -> Observation:
    """A property of the group, by its words and its name."""
    shown = f"{name} {in_branches(value)}"
    return of_property("nodegroup", group.at, shown, fits, f"the {name} is {why}", value.place)


def _omitted(observed: Observation, what: str) -> Observation:
    """An observation of what has to go, with lines that say so."""
    title = f"Omit {what}"
    script, other = f"// omit {what}", f"# omit {what}"
    fix = Fix.of(title, typescript=script, python=other, cloudformation=other)
    return replace(observed, fix=fix, remedy=f"{title}.")


def _in_template(group: NodeGroup, launch: Launch) -> Iterator[Observation]:
    """What EKS takes from the group alone, or makes by itself."""
    types: Value[Any] = through(launch, lambda template: template.instance_type)
    if is_written(types) and group.instance_types != Known(()):
        fits: Value[bool] = lift(lambda one, several: one is None or not several, types, group.instance_types)
        says = "both the node group and its launch template set instance types: EKS accepts them in only one place"
        observed = _of_template(group, launch, f"InstanceType {in_branches(types)}", types, fits, says)
        yield _omitted(observed, "the instance type in the launch template")
    for what, read, says in OF_THE_GROUP:
        value: Value[Any] = through(launch, read)
        if is_written(value):
            fits = lift(lambda found: found is None, value)
            shown = f"{what.partition(' ')[0]} {in_branches(value)}"
            yield _omitted(_of_template(group, launch, shown, value, fits, says), what)


def _user_data(group: NodeGroup, launch: Launch) -> Iterator[Observation]:
    data = through(launch, lambda template: template.user_data)
    if not is_written(data):
        return
    image = through(launch, lambda template: template.image)
    fits = settled(lift(_is_settings, data, image, group.ami_type), UNDECIDED)
    settings = _of_template(group, launch, "user data", data, fits, NOT_TOML)
    yield replace(settings, fix=TOML_FIX, remedy=f"{TOML_FIX.title}.")
    fits = settled(lift(_is_merged, data, image, group.ami_type), UNDECIDED)
    yield replace(_of_template(group, launch, "user data", data, fits, NOT_MULTIPART), fix=MULTIPART_FIX)


def _is_merged(data: str | None, image: Any, ami_type: str | None) -> bool | None:
    """Whether EKS can merge user data, if it has to; None where an open part of it decides."""
    if not data or not data.strip() or image is not None or not (ami_type or AMAZON_LINUX).startswith(AMAZON_LINUX):
        return True
    header = _BLANK_LINE.split(data.lstrip(), maxsplit=1)[0]
    if _MULTIPART.search(header):
        return True
    return None if OPEN_PART in header and not header.startswith("#!") else False


def _is_settings(data: str | None, image: Any, ami_type: str | None) -> bool | None:
    """Whether user data is TOML where Bottlerocket needs it; None where an open part of it decides."""
    if not data or image is not None or not (ami_type or "").startswith(BOTTLEROCKET):
        return True
    return is_toml(data)


def _of_template(  # noqa: PLR0913 (what is in the template, and what is said of it)
    group: NodeGroup, launch: Launch, shown: str, value: Value[Any], fits: Value[bool], says: str
) -> Observation:
    return of_property("launch template", site(group, launch), shown, fits, says, value.place)


FACTS = (
    Fact(
        "nodegroup.launch_template_fits",
        BOOLEAN,
        "Whether EKS accepts a node group together with its launch template; one observation for each contradiction.",
        "true",
        _fits,
        match=("nodegroup",),
    ),
)
