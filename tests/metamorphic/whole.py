"""Transformations of whole assemblies, each with the law that it obeys."""

from __future__ import annotations

import json

import environments
import everywhere
import founding
import handing
import iam_writing
import moving
import naming
import placing
import referring
import rewriting
import surroundings
import texts
import yaml_writing
from laws import doubled, only_towards_unknown, same_elsewhere, same_in_order
from renaming import SUFFIX, renamed
from spelling import ALWAYS, OPEN
from transformation import Transformation, each_intrinsic, each_resource, each_template


def without_suffix(identity: str) -> str:
    return identity.replace(SUFFIX, "")


def without_stage(identity: str) -> str:
    return identity.removeprefix("Prod/").removeprefix("Test/")


def last_part(identity: str) -> str:
    return identity.rpartition("/")[2]


TRANSFORMATIONS: tuple[Transformation, ...] = (
    Transformation("keys in another order", texts.with_keys_in_another_order),
    Transformation("indented", texts.by_writer(lambda value: json.dumps(value, indent=4))),
    Transformation("on one line", texts.by_writer(lambda value: json.dumps(value, separators=(",", ":")))),
    Transformation("letters as they are", texts.by_writer(lambda value: json.dumps(value, ensure_ascii=False))),
    Transformation("letters as escapes", texts.by_writer(texts.with_escapes)),
    Transformation("with a byte order mark", texts.by_writer(lambda value: "\ufeff" + json.dumps(value))),
    Transformation(
        "lines that end as on Windows", texts.by_writer(lambda v: json.dumps(v, indent=1).replace("\n", "\r\n"))
    ),
    Transformation("YAML", texts.by_yaml(texts.in_plain_yaml)),
    Transformation("YAML with short forms", texts.by_yaml(yaml_writing.with_short_forms)),
    Transformation("YAML in flow", texts.by_yaml(yaml_writing.in_flow, "template.yml")),
    Transformation("YAML in quotes", texts.by_yaml(yaml_writing.in_quotes)),
    Transformation("YAML in blocks", texts.by_yaml(yaml_writing.in_blocks)),
    Transformation("resources renamed", renamed("resources"), back=without_suffix),
    Transformation("parameters renamed", renamed("parameters"), back=without_suffix),
    Transformation("conditions and mappings renamed", renamed("tables"), back=without_suffix),
    Transformation("Ref by Sub", each_intrinsic(referring.ref_by_sub)),
    Transformation("Ref by Join", each_intrinsic(referring.ref_by_join)),
    Transformation("Ref by Select", each_intrinsic(referring.ref_by_select)),
    Transformation("GetAtt with a dot", each_intrinsic(referring.getatt_dotted)),
    Transformation("GetAtt by Sub", each_intrinsic(referring.getatt_by_sub)),
    Transformation("Join inside Join", each_intrinsic(referring.join_in_a_join)),
    Transformation("Join by Sub", each_intrinsic(referring.join_by_sub)),
    Transformation("Join by Sub with variables", each_intrinsic(referring.sub_by_variables)),
    Transformation("under a condition that holds", surroundings.under(ALWAYS, {})),
    Transformation(
        "under a condition that is open",
        surroundings.under(OPEN, {"TriedStage": {"Type": "String"}}),
        only_towards_unknown,
    ),
    Transformation(
        "properties by a condition that holds",
        surroundings.properties_by_if(lambda value: ["Tried", value, {"Ref": "AWS::NoValue"}]),
    ),
    Transformation(
        "properties by a condition that does not hold",
        surroundings.properties_by_if(lambda value: ["TriedNever", "another", value]),
    ),
    Transformation("properties that are nothing", each_resource(surroundings.with_no_values)),
    Transformation("dependencies as text", each_resource(surroundings.with_dependencies_as_text)),
    Transformation("with strangers", each_template(surroundings.with_strangers)),
    Transformation("with another stack", placing.with_another_stack),
    Transformation("without analytics", each_template(placing.without_analytics), only_towards_unknown),
    Transformation("without assets", placing.without_assets, only_towards_unknown),
    Transformation("metadata in a file of their own", placing.with_metadata_in_a_file),
    Transformation("in a stage", placing.inside_a_stage("Prod"), back=without_stage),
    Transformation("in two stages", placing.inside_a_stage("Prod", "Test"), doubled, back=without_stage),
    Transformation("as a stack of an assembly", placing.as_a_stack_of_an_assembly),
    Transformation("as a nested stack", placing.as_a_nested_stack, back=last_part),
    Transformation("leaves in a nested stack", moving.to_a_nested_stack, same_elsewhere, back=moving.without_name),
    Transformation("leaves in another stack", moving.to_another_stack, same_elsewhere, back=moving.without_name),
    Transformation("leaves made by a loop", moving.to_a_loop, back=moving.without_name),
    Transformation("one value by an export", handing.by_an_export),
    Transformation("sets in another order", rewriting.sets_in_another_order),
    Transformation("conditions composed", each_template(rewriting.conditions_composed)),
    Transformation("choices turned around", each_template(rewriting.choices_turned_around)),
    Transformation("rules of security groups apart", each_template(rewriting.rules_apart)),
    Transformation("everything exported", each_template(rewriting.everything_exported)),
    Transformation("with language extensions", each_template(rewriting.with_extensions)),
    Transformation("with the words of a console", each_template(rewriting.with_a_console)),
    Transformation("objects indented", each_resource(rewriting.objects_indented)),
    Transformation("statements as lists", each_resource(iam_writing.with_lists)),
    Transformation("statements without lists", each_resource(iam_writing.without_lists)),
    Transformation("statements with names", each_resource(iam_writing.with_sids)),
    Transformation("policies as text", each_resource(iam_writing.as_text)),
    *(
        Transformation(f"policies apart from their roles, as {kind}", each_template(iam_writing.apart(kind)))
        for kind in iam_writing.ATTACHED
    ),
    Transformation("names written out", each_template(naming.written_out)),
    Transformation("names referred to", each_template(naming.referred_to), same_in_order),
    Transformation("ids by attribute", each_template(naming.ids_by_attribute)),
    Transformation("ids by reference", each_template(naming.ids_by_reference)),
    Transformation("Base64 by hand", each_intrinsic(referring.base64_by_hand)),
    Transformation("with a macro", each_template(rewriting.with_a_macro), only_towards_unknown),
    # What is written once for all, and what is handed over.
    Transformation("one value by the stack above", handing.by_the_stack_above, back=last_part),
    Transformation("one value by the stack below", handing.by_the_stack_below, back=last_part),
    Transformation(
        "network and roles in a nested stack",
        founding.to_a_nested_stack(*founding.GROUND),
        same_in_order,
        back=last_part,
    ),
    Transformation(
        "network and roles in another stack", founding.to_another_stack(*founding.GROUND), same_in_order, back=last_part
    ),
    Transformation(
        "cluster in a nested stack", founding.to_a_nested_stack(*founding.CLUSTER), same_in_order, back=last_part
    ),
    Transformation(
        "cluster in another stack", founding.to_another_stack(*founding.CLUSTER), same_in_order, back=last_part
    ),
    Transformation("every text by a given parameter", everywhere.by_given_parameters),
    Transformation("every text and number by a mapping", each_template(everywhere.by_a_mapping)),
    Transformation("every text by Sub", each_template(everywhere.by_sub)),
    Transformation("numbers and truths as text", each_template(everywhere.numbers_as_text)),
    Transformation("lists with choices", each_template(everywhere.lists_with_choices)),
    Transformation("with twins that are never made", each_template(everywhere.with_twins_that_are_never_made)),
    Transformation("everything after a stranger", each_template(everywhere.with_everything_depending)),
    Transformation("dependencies written out", each_template(rewriting.dependencies_written_out)),
    Transformation("conditions written out", each_template(rewriting.conditions_written_out)),
    Transformation("with a rule about nothing", each_template(rewriting.with_a_rule_about_nothing)),
    Transformation("with words for linters", each_resource(everywhere.with_metadata_of_linters)),
    Transformation("region and account written out", environments.written_out),
    Transformation("region and account referred to", environments.referred_to),
    Transformation("artifacts of another name", environments.with_stacks_of_another_name, back=without_suffix),
    Transformation("assets in a folder", environments.with_assets_elsewhere),
    Transformation("statements with versions", each_resource(iam_writing.with_versions)),
    Transformation("statements by action", each_resource(iam_writing.actions_apart)),
    Transformation("statements in capitals", each_resource(iam_writing.in_capitals)),
    Transformation("accounts as roots", each_resource(iam_writing.accounts_as_roots)),
    Transformation("equal as like", each_resource(iam_writing.equal_as_like)),
    Transformation("values of conditions as lists", each_resource(iam_writing.values_as_lists)),
)
