"""`--insights` and `--addon-versions`: what EKS said of the running cluster makes unknowns of a plan known."""

from __future__ import annotations

import json

import pytest
from situations import addon, cluster, manifest

DAY = "2026-11-24"


def insight(minor, status, name="Deprecated APIs removed in Kubernetes", **more):
    row = {"id": "1", "name": f"{name} v{minor}", "category": "UPGRADE_READINESS", "kubernetesVersion": minor}
    return {
        **row,
        "insightStatus": {"status": status, "reason": "as seen"},
        "lastRefreshTime": "2026-11-20T08:00:00+00:00",
    } | more


def offer(name, **minors):
    versions: dict[str, list[dict[str, object]]] = {}
    for minor, names in minors.items():
        for version in names:
            versions.setdefault(version, []).append(
                {"clusterVersion": minor.replace("v", "1."), "defaultVersion": False}
            )
    rows = [{"addonVersion": version, "compatibilities": fits} for version, fits in versions.items()]
    return {"addonName": name, "type": "networking", "addonVersions": rows}


@pytest.fixture
def ask(run, tmp_path):
    """Plan a template with answers of EKS; return the run."""

    def call(resources, insights=None, addons=None, to="1.34", text=None):
        template = tmp_path / "Shop.template.json"
        parameters = {"Text": {"Type": "String"}}
        template.write_text(json.dumps({"Resources": {"Shop": cluster(), **resources}, "Parameters": parameters}))
        arguments = []
        for option, content in (("--insights", insights), ("--addon-versions", addons)):
            if content is not None:
                file = tmp_path / f"{option[2:]}.json"
                file.write_text(text or json.dumps(content))
                arguments += [option, file]
        return run("upgrade", template, "--to", to, "--format", "json", "--today", DAY, *arguments)

    return call


def items(result, id_):
    assert result.code in (0, 1), result.err
    found = [item for way in result.json["clusters"] for step in way["steps"] for item in step["items"]]
    return [item for item in found if item["id"] == id_]


def unread():
    found = manifest()
    found["Properties"]["Manifest"] = {"Ref": "Text"}
    return {"M": found}


PASSING = [insight(minor, "PASSING") for minor in ("1.32", "1.33", "1.34")]


def test_insights_that_pass_answer_what_a_manifest_leaves_open(ask):
    assert items(ask(unread()), "manifest-unread")
    answered = ask(unread(), {"insights": PASSING})
    assert not items(answered, "manifest-unread")
    assert not items(answered, "insight")


def test_insights_into_some_of_the_minors_leave_the_rest_open(ask):
    assert items(ask(unread(), {"insights": PASSING[:1]}), "manifest-unread")
    unseen = [*PASSING[:2], insight("1.34", "UNKNOWN")]
    assert items(ask(unread(), {"insights": unseen}), "manifest-unread")


def test_an_error_blocks_the_step_of_its_minor(ask):
    usage = {
        "usage": "/apis/flowcontrol.apiserver.k8s.io/v1beta3/flowschemas",
        "replacedWith": "v1",
        "clientStats": [{"userAgent": "old-agent"}],
    }
    seen = insight("1.34", "ERROR", categorySpecificSummary={"deprecationDetails": [usage]})
    result = ask({}, {"insight": seen})
    (found,) = items(result, "insight")
    assert (found["at"], found["weight"], found["phase"]) == ("1.34", "blocks", "before")
    assert "flowschemas (replaced with v1), asked for by old-agent" in found["says"]
    assert found["source"]["as_of"] == "2026-11-20"
    assert result.code == 1


@pytest.mark.parametrize(
    ("name", "status", "weight"),
    [
        ("Kubelet version skew", "ERROR", "blocks"),
        ("Kubelet version skew", "WARNING", "note"),
        ("Kubelet version skew", "UNKNOWN", "unknown"),
        ("Deprecated APIs removed in Kubernetes", "WARNING", "blocks"),
    ],
)
def test_what_does_not_pass_has_its_weight(ask, name, status, weight):
    (found,) = items(ask({}, {"insights": [insight("1.33", status, name)]}), "insight")
    assert (found["at"], found["weight"]) == ("1.33", weight)


def test_an_insight_of_another_category_or_beyond_the_target_is_none_of_the_plan(ask):
    other = insight("1.33", "ERROR", category="MISCONFIGURATION")
    assert not items(ask({}, {"insights": [other, insight("1.36", "ERROR")]}), "insight")


def test_an_add_on_that_eks_offers_for_each_minor_stays(ask):
    mine = {"A": addon("a-partner_agent", "v1.0.0-eksbuild.1")}
    assert [item["weight"] for item in items(ask(mine), "addon-version")] == ["unknown", "unknown"]
    fits = {"addons": [offer("a-partner_agent", v33=["v1.0.0-eksbuild.1"], v34=["v1.0.0-eksbuild.1"])]}
    assert not items(ask(mine, addons=fits), "addon-version")


def test_an_add_on_that_eks_does_not_offer_blocks_and_names_the_version_that_runs_on_both(ask):
    mine = {"A": addon("coredns", "v1.11.4-eksbuild.2")}
    fits = offer(
        "coredns", v32=["v1.11.4-eksbuild.2", "v1.12.1-eksbuild.2"], v33=["v1.12.1-eksbuild.2", "v1.12.4-eksbuild.1"]
    )
    (found,) = items(ask(mine, addons={"addons": [fits]}, to="1.33"), "addon-version")
    assert (found["at"], found["weight"], found["phase"]) == ("1.33", "blocks", "before")
    assert found["fix"]["typescript"] == "addonVersion: 'v1.12.1-eksbuild.2'"


def test_kube_proxy_follows_with_the_newest_that_eks_offers(ask):
    mine = {"A": addon("kube-proxy", "v1.32.6-eksbuild.12")}
    fits = offer("kube-proxy", v32=["v1.32.6-eksbuild.12"], v33=["v1.32.6-eksbuild.12", "v1.33.5-eksbuild.2"])
    (found,) = items(ask(mine, addons={"addons": [fits]}, to="1.33"), "addon-version")
    assert (found["weight"], found["phase"]) == ("change", "after")
    assert "v1.33.5-eksbuild.2" in found["says"]


def test_a_minor_that_was_not_asked_for_is_as_before(ask):
    mine = {"A": addon("coredns", "v1.11.4-eksbuild.53")}
    fits = {"addons": [offer("coredns", v36=["v1.13.1-eksbuild.1"])]}
    assert items(ask(mine, addons=fits, to="1.33"), "addon-version") == items(ask(mine, to="1.33"), "addon-version")


def test_a_plan_with_insights_no_longer_asks_for_them(run, ask, tmp_path):
    ask({}, {"insights": PASSING})
    template, answers = tmp_path / "Shop.template.json", tmp_path / "insights.json"
    assert "aws eks list-insights" in run("upgrade", template, "--today", DAY).out
    assert "aws eks list-insights" not in run("upgrade", template, "--today", DAY, "--insights", answers).out


@pytest.mark.parametrize(
    ("option", "content", "said"),
    [
        ("insights", "{", "line 1, column 2"),
        ("insights", "[]", "the file: found []"),
        ("insights", '{"insights": [{"name": "n"}]}', "insights.0.insightStatus: found"),
        (
            "insights",
            '{"insights": [{"name": "n", "insightStatus": {"status": "FINE"}}]}',
            'insights.0.insightStatus.status: found "FINE"',
        ),
        (
            "insights",
            '{"insights": [{"name": "n", "kubernetesVersion": "new", "insightStatus": {"status": "ERROR"}}]}',
            "expected a minor such as 1.35",
        ),
        ("addons", '{"addons": [{"addonName": "coredns"}]}', "addons.0.addonVersions: found"),
        ("addons", '{"insights": []}', "addons: found"),
    ],
)
def test_a_file_that_is_none_names_file_place_found_and_expected(ask, option, content, said):
    result = ask({}, **{option: {}}, text=content)
    assert result.code == 2
    assert said in result.err
    assert f"{'insights' if option == 'insights' else 'addon-versions'}.json: " in result.err


def test_a_file_that_is_missing_is_wrong_usage(run, tmp_path, ask):
    ask({})
    for option in ("--insights", "--addon-versions"):
        result = run("upgrade", tmp_path / "Shop.template.json", option, tmp_path / "none.json")
        assert result.code == 2
        assert "none.json: cannot be read" in result.err


def test_insights_are_about_one_cluster(ask):
    two = {"Other": cluster()}
    result = ask(two, {"insights": PASSING})
    assert result.code == 2
    assert "choose one with --cluster" in result.err
