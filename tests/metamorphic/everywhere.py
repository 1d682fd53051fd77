"""Ways to write every value of a template anew at once, as authors do who keep one style."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from spelling import ALWAYS, NOTHING, SOUGHT
from walking import is_intrinsic

if TYPE_CHECKING:
    from specimens import Specimen

NEVER = {"Fn::Not": [ALWAYS]}


def each_scalar(value: Any, change: Callable[[Any], Any]) -> Any:
    """Copy a value, with `change` applied to each text, number and truth in it that no function is made of."""
    if is_intrinsic(value):
        return value
    if isinstance(value, dict):
        return {key: each_scalar(item, change) for key, item in value.items()}
    if isinstance(value, list):
        return [each_scalar(item, change) for item in value]
    return change(value)


def _properties(template: dict[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """Copy a template, with `change` applied to the properties of each resource."""
    resources = {
        name: {**one, "Properties": change(one["Properties"])} if isinstance(one, dict) and "Properties" in one else one
        for name, one in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and bool(value) and value not in SOUGHT and not value.startswith("{{")


def by_given_parameters(specimen: Specimen, _: random.Random) -> Specimen | None:
    """Make each text a parameter, all of which are given."""
    files, given = dict(specimen.files), list(specimen.parameters)
    for name, template in specimen.deployed.items():
        first = len(given)

        def passed(value: Any) -> Any:
            if not _is_plain(value):
                return value
            given.append((f"Tried{len(given)}", value))
            return {"Ref": given[-1][0]}

        made = _properties(template, partial(each_scalar, change=passed))
        declared = {key: {"Type": "String"} for key, _ in given[first:]}
        files[name] = {**made, "Parameters": {**template.get("Parameters", {}), **declared}}
    return replace(specimen, files=files, parameters=tuple(given)) if given else None


def by_a_mapping(template: dict[str, Any]) -> dict[str, Any]:
    """Keep each text and number in one table."""
    table: dict[str, Any] = {}

    def found(value: Any) -> Any:
        if not (_is_plain(value) or (isinstance(value, int) and not isinstance(value, bool))):
            return value
        key = f"k{len(table)}"
        table[key] = value
        return {"Fn::FindInMap": ["Tried", "all", key]}

    made = _properties(template, partial(each_scalar, change=found))
    return {**made, "Mappings": {**template.get("Mappings", {}), "Tried": {"all": table}}} if table else template


def by_sub(template: dict[str, Any]) -> dict[str, Any]:
    """Write each text as the variable of a Sub."""
    return _properties(
        template,
        partial(each_scalar, change=lambda v: {"Fn::Sub": ["${Tried}", {"Tried": v}]} if _is_plain(v) else v),
    )


def numbers_as_text(template: dict[str, Any]) -> dict[str, Any]:
    """Write each number and truth as text, which CloudFormation takes for it."""
    return _properties(template, partial(each_scalar, change=lambda v: str(v).lower() if isinstance(v, int) else v))


def lists_with_choices(template: dict[str, Any]) -> dict[str, Any]:
    """Put each item of a list under a condition that holds, and one beside them that is never there."""
    conditions = {**template.get("Conditions", {}), "Tried": ALWAYS, "TriedNever": NEVER}
    return {**_properties(template, _with_choices), "Conditions": conditions}


def _with_choices(value: Any) -> Any:
    if is_intrinsic(value):
        return value
    if isinstance(value, dict):
        return {key: _with_choices(item) for key, item in value.items()}
    if not isinstance(value, list):
        return value
    chosen = [{"Fn::If": ["Tried", _with_choices(item), NOTHING]} for item in value]
    return [*chosen, {"Fn::If": ["TriedNever", "another", NOTHING]}] if chosen else value


def with_twins_that_are_never_made(template: dict[str, Any]) -> dict[str, Any]:
    """Repeat each resource under a condition that does not hold."""
    twins = {
        f"{name}Tried": {**one, "Condition": "TriedNever"}
        for name, one in template["Resources"].items()
        if isinstance(one, dict) and not name.startswith("Fn::")
    }
    conditions = {**template.get("Conditions", {}), "TriedNever": NEVER}
    return {**template, "Conditions": conditions, "Resources": {**twins, **template["Resources"]}}


def with_everything_depending(template: dict[str, Any]) -> dict[str, Any]:
    """Deploy one stranger before all others."""
    resources: dict[str, Any] = {"TriedTopic": {"Type": "AWS::SNS::Topic"}}
    for name, one in template["Resources"].items():
        if isinstance(one, dict) and not name.startswith("Fn::"):
            listed = one.get("DependsOn", [])
            listed = [listed] if isinstance(listed, str) else listed
            resources[name] = {**one, "DependsOn": ["TriedTopic", *listed]}
        else:
            resources[name] = one
    return {**template, "Resources": resources}


def with_metadata_of_linters(resource: dict[str, Any]) -> dict[str, Any]:
    """Tell linters what to leave alone, as people do beside what CDK writes there."""
    said = {"cfn_nag": {"rules_to_suppress": [{"id": "W1"}]}, "cfn-lint": {"config": {"ignore_checks": ["W3005"]}}}
    return {**resource, "Metadata": {**resource.get("Metadata", {}), **said}}
