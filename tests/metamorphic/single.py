"""Transformations of single values, each with the law that it obeys."""

from __future__ import annotations

from laws import only_towards_unknown, only_towards_unknown_or_apart
from listing import (
    HELD,
    UNDECIDED,
    given_list,
    in_a_table,
    of_list,
    out_of_a_given_list,
    out_of_a_given_text,
    split_of_a_given_text,
    with_each_chosen,
    with_one_that_is_never_there,
)
from spelling import (
    ALWAYS,
    CUSTOM,
    DEV,
    NOTHING,
    ONE_STAGE,
    OPEN,
    PROD,
    STAGE,
    TOPIC,
    TWO_STAGES,
    Spelling,
    Written,
    alike,
    another,
    as_fraction,
    as_number,
    as_text,
    by_a_chosen_key,
    by_number,
    by_parameter,
    by_region,
    chosen_by,
    extended,
    half,
    in_a_map,
    json_text,
    list_of_texts,
    made_by,
    named_by,
    of_a_made_parameter,
    of_pattern,
    of_scalar,
    of_ssm,
    of_text,
    of_three_stages,
    split_at,
    splitter,
    unlike,
    with_a_dynamic_half,
    with_a_given_half,
    with_an_open_half,
)
from walking import escaped

SPELLINGS = (
    # Texts that are put together.
    Spelling("Sub of the text", of_text(lambda t: {"Fn::Sub": escaped(t)})),
    Spelling("Sub with a variable", of_text(lambda t: {"Fn::Sub": ["${Tried}", {"Tried": t}]})),
    Spelling(
        "Sub with two variables", of_text(lambda t: {"Fn::Sub": ["${A}${B}", dict(zip("AB", half(t), strict=True))]})
    ),
    Spelling("Sub of half the text", of_text(lambda t: {"Fn::Sub": [escaped(half(t)[0]) + "${B}", {"B": half(t)[1]}]})),
    Spelling("Join of one piece", of_text(lambda t: {"Fn::Join": ["", [t]]})),
    Spelling("Join of two pieces", of_text(lambda t: {"Fn::Join": ["", list(half(t))]})),
    Spelling("Join of letters", of_text(lambda t: {"Fn::Join": ["", list(t)]})),
    Spelling("Join by slashes", split_at("/")),
    Spelling(
        "Join inside Sub inside Join",
        of_text(
            lambda t: {"Fn::Join": ["", [{"Fn::Sub": ["${A}", {"A": {"Fn::Join": ["", [half(t)[0]]]}}]}, half(t)[1]]]}
        ),
    ),
    Spelling("Select of one", of_scalar(lambda v: {"Fn::Select": [0, [v]]})),
    Spelling("Select by a text", of_scalar(lambda v: {"Fn::Select": ["1", ["another", v]]})),
    Spelling(
        "Select of Split",
        of_text(lambda t: {"Fn::Select": [1, {"Fn::Split": [splitter(t), f"a{splitter(t)}{t}{splitter(t)}b"]}]}),
    ),
    Spelling("Split of one text", list_of_texts(lambda v: Written({"Fn::Split": [",", ",".join(v)]}))),
    # Conditions.
    Spelling("If that holds", chosen_by(ALWAYS, lambda v: [v, another(v)])),
    Spelling("If that does not hold", chosen_by({"Fn::Not": [ALWAYS]}, lambda v: [another(v), v])),
    Spelling("If inside If", chosen_by(ALWAYS, lambda v: [{"Fn::If": ["Tried", v, NOTHING]}, NOTHING])),
    Spelling("If with the same twice", chosen_by(OPEN, lambda v: [v, v], STAGE)),
    Spelling("If that is open", chosen_by(OPEN, lambda v: [v, another(v)], STAGE), only_towards_unknown),
    Spelling("If that leaves it out", chosen_by(OPEN, lambda v: [v, NOTHING], STAGE), only_towards_unknown),
    Spelling("If that leaves it out otherwise", chosen_by(OPEN, lambda v: [NOTHING, v], STAGE), only_towards_unknown),
    # Mappings.
    Spelling("FindInMap", in_a_map(lambda v: {"prod": {"value": v}}, ["prod", "value"])),
    Spelling(
        "FindInMap by keys that are put together",
        in_a_map(lambda v: {"prod": {"value": v}}, [{"Fn::Sub": "prod"}, {"Fn::Join": ["", ["val", "ue"]]}]),
    ),
    Spelling("FindInMap with the same twice", in_a_map(alike, [{"Ref": "TriedStage"}, "value"], STAGE)),
    Spelling("FindInMap that is open", in_a_map(unlike, [{"Ref": "TriedStage"}, "value"], STAGE), only_towards_unknown),
    Spelling(
        "FindInMap with a default",
        extended(lambda v: {"Fn::FindInMap": ["Tried", "a", "missing", {"DefaultValue": v}]}),
    ),
    Spelling("FindInMap by region", in_a_map(by_region, [{"Ref": "AWS::Region"}, "value"])),
    Spelling(
        "FindInMap by region that differ",
        in_a_map(lambda v: {**by_region(v), "ap-south-2": {"value": another(v)}}, [{"Ref": "AWS::Region"}, "value"]),
        only_towards_unknown,
    ),
    # Parameters.
    Spelling("parameter without a default", by_parameter(lambda _: {"Type": "String"}), only_towards_unknown),
    Spelling(
        "parameter with this default", by_parameter(lambda v: {"Type": "String", "Default": v}), only_towards_unknown
    ),
    Spelling(
        "parameter with another default",
        by_parameter(lambda v: {"Type": "String", "Default": another(v)}),
        only_towards_unknown,
    ),
    Spelling("parameter that is given", by_parameter(lambda _: {"Type": "String"}, given=True)),
    Spelling("parameter with one allowed value", by_parameter(lambda v: {"Type": "String", "AllowedValues": [v]})),
    Spelling(
        "parameter with two allowed values",
        by_parameter(lambda v: {"Type": "String", "AllowedValues": [another(v), v]}),
        only_towards_unknown,
    ),
    Spelling("parameter whose pattern lists one text", by_parameter(of_pattern)),
    Spelling(
        "parameter whose pattern lists two texts",
        by_parameter(lambda v: of_pattern(another(v), v)),
        only_towards_unknown,
    ),
    Spelling("parameter of SSM", by_parameter(of_ssm("AWS::SSM::Parameter::Value<String>")), only_towards_unknown),
    Spelling(
        "list as a parameter that is given",
        list_of_texts(
            lambda v: Written(
                {"Ref": "TriedValue"},
                {"Parameters": {"TriedValue": {"Type": "CommaDelimitedList"}}},
                (("TriedValue", ",".join(v)),),
            )
        ),
    ),
    Spelling(
        "list as a parameter",
        list_of_texts(
            lambda v: Written(
                {"Ref": "TriedValue"},
                {"Parameters": {"TriedValue": {"Type": "CommaDelimitedList", "Default": ",".join(v)}}},
            )
        ),
        only_towards_unknown,
    ),
    # What only a deployment knows.
    Spelling("dynamic reference", of_scalar(lambda _: "{{resolve:ssm:/tried/path}}"), only_towards_unknown),
    Spelling(
        "dynamic reference to a secret",
        of_scalar(lambda _: "{{resolve:secretsmanager:tried:SecretString:x}}"),
        only_towards_unknown,
    ),
    Spelling("import from elsewhere", of_scalar(lambda _: {"Fn::ImportValue": "tried-export"}), only_towards_unknown),
    Spelling("attribute of a resource", made_by("TopicName", TOPIC), only_towards_unknown_or_apart),
    Spelling("name of a custom resource", named_by(CUSTOM), only_towards_unknown),
    Spelling("answer of a custom resource", made_by("Answer", CUSTOM), only_towards_unknown),
    Spelling(
        "macro", of_scalar(lambda _: {"Fn::Transform": {"Name": "Tried", "Parameters": {}}}), only_towards_unknown
    ),
    # Types that CloudFormation takes for each other, and its language extensions.
    Spelling("text as a number", as_number),
    Spelling("text as a fraction", as_fraction),
    Spelling("number or truth as text", as_text),
    Spelling("text of an object", json_text),
    Spelling("Select of a list with extensions", extended(lambda v: {"Fn::Select": [{"Fn::Length": ["a"]}, ["a", v]]})),
    # Stages: what a parameter decides that is given, or that leaves no choice.
    Spelling("If by a given parameter", chosen_by(OPEN, lambda v: [v, another(v)], STAGE, PROD)),
    Spelling("If by another given parameter", chosen_by(OPEN, lambda v: [another(v), v], STAGE, DEV)),
    Spelling("If by one allowed value", chosen_by(OPEN, lambda v: [v, another(v)], ONE_STAGE)),
    Spelling(
        "If inside If that is open",
        chosen_by(OPEN, lambda v: [v, {"Fn::If": ["Tried", another(v), v]}], STAGE),
    ),
    Spelling(
        "If with the same in other words",
        chosen_by(OPEN, lambda v: [v, {"Fn::If": ["Tried", v, {"Fn::If": ["Tried", NOTHING, v]}]}], STAGE),
    ),
    Spelling("If inside If of three", of_three_stages, only_towards_unknown),
    Spelling("FindInMap by a given parameter", in_a_map(unlike, [{"Ref": "TriedStage"}, "value"], STAGE, PROD)),
    Spelling("FindInMap by one allowed value", in_a_map(unlike, [{"Ref": "TriedStage"}, "value"], ONE_STAGE)),
    Spelling(
        "FindInMap by allowed values",
        in_a_map(unlike, [{"Ref": "TriedStage"}, "value"], TWO_STAGES),
        only_towards_unknown,
    ),
    Spelling("FindInMap by a condition", by_a_chosen_key),
    Spelling("Sub with a given parameter", with_a_given_half),
    Spelling("Sub with an open parameter", with_an_open_half, only_towards_unknown),
    Spelling("Join with a dynamic reference", with_a_dynamic_half, only_towards_unknown),
    Spelling("Join by full stops", split_at(".")),
    Spelling("Join by hyphens", split_at("-")),
    Spelling("parameter that is a number", by_number),
    Spelling(
        "parameter of SSM without a default",
        by_parameter(of_ssm("AWS::SSM::Parameter::Value<String>", default=False)),
        only_towards_unknown,
    ),
    Spelling(
        "parameter that is secret", by_parameter(lambda _: {"Type": "String", "NoEcho": True}), only_towards_unknown
    ),
    Spelling("value of a parameter of SSM that the template makes", of_a_made_parameter),
    Spelling(
        "include",
        of_scalar(lambda _: {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://b/k"}}}),
        only_towards_unknown,
    ),
    # Lists.
    Spelling("list in a table", list_of_texts(in_a_table)),
    Spelling("list of a given text", list_of_texts(split_of_a_given_text)),
    Spelling("list with spaces as a parameter", given_list(" , ".join, "CommaDelimitedList")),
    Spelling("list of names as a parameter", given_list(",".join, "List<AWS::EC2::Subnet::Id>")),
    Spelling("list of which each is chosen", of_list(with_each_chosen, **HELD)),
    Spelling("list with one that is never there", of_list(with_one_that_is_never_there, **HELD)),
    Spelling("list of which each is open", of_list(with_each_chosen, **UNDECIDED), only_towards_unknown),
    Spelling("text out of a given list", out_of_a_given_list),
    Spelling("text out of a given text", out_of_a_given_text),
)
