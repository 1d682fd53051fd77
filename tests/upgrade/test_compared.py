"""What docs/upgrade-compare.md says of `upgrade` beside pluto, kubent and eksup is what comes out."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from types import ModuleType

import pytest
from conftest import ROOT
from situations import addon, chart, cluster, manifest, nodes

PAGE = (ROOT / "docs" / "upgrade-compare.md").read_text(encoding="utf-8")
DAY = "2026-11-24"
OLD = nodes(AmiType="AL2023_x86_64_STANDARD", ReleaseVersion="1.29.15-20260625")
SOCKET = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "builder"},
    "spec": {
        "containers": [{"name": "c", "image": "i"}],
        "volumes": [{"name": "socket", "hostPath": {"path": "/var/run/docker.sock"}}],
    },
}
PSP = {"apiVersion": "policy/v1beta1", "kind": "PodSecurityPolicy", "metadata": {"name": "tight"}, "spec": {}}
DISK = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "disk"},
    "provisioner": "kubernetes.io/aws-ebs",
}
IPVS = addon("kube-proxy", "v1.34.6-eksbuild.21", ConfigurationValues='{"mode": "ipvs"}')
INGRESS = chart("ingress-nginx", "https://kubernetes.github.io/ingress-nginx", "4.11.0")
ASKED = {
    "EKS005": [("addon-version", "1.32", "1.33", addon("coredns", "v1.11.3-eksbuild.1"))],
    "EKS008": [("node-ami-type", "1.32", "1.33", nodes(AmiType="AL2_x86_64"))],
    "K8S001": [("node-skew", "1.32", "1.33", OLD)],
    "K8S008": [("dockershim", "1.23", "1.24", manifest(SOCKET))],
    "K8S009": [("api-removed", "1.24", "1.25", manifest(PSP))],
    "K8S010": [("in-tree-ebs", "1.22", "1.23", manifest(DISK))],
    "K8S011": [
        ("addon-version", "1.32", "1.33", addon("kube-proxy", "v1.32.6-eksbuild.12")),
        ("addon-unpinned", "1.32", "1.33", addon("kube-proxy")),
    ],
    "K8S012": [("kube-proxy-ipvs", "1.34", "1.36", IPVS)],
    "K8S013": [("controller-retired", "1.34", "1.35", INGRESS)],
}
"""For each check of eksup in the table: the items that answer it, and a cluster in which they do."""


@pytest.fixture(scope="module")
def compared() -> ModuleType:
    spec = importlib.util.spec_from_file_location("compare_upgrades", ROOT / "tools" / "compare_upgrades.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_numbers_of_the_page_are_what_the_tools_say(compared):
    assert compared.written() in PAGE


def test_every_api_version_of_the_set_is_found_at_its_minor_in_every_form(compared):
    apis = json.loads(compared.APIS.read_text(encoding="utf-8"))["apis"]
    said = compared.ours(apis)
    assert {key: minors for key, minors in said.items() if len(minors) > 1} == {}
    wrong = [api for api in apis if said[api["api_version"], api["kind"]] != {api["gone"]}]
    assert wrong == []


def test_each_check_of_eksup_in_the_table_is_answered_by_the_item_that_it_names(run, tmp_path):
    table = dict(re.findall(r"^\| ((?:EKS|K8S)\d{3}) \| [^|]* \| ([^|]*) \|", PAGE, re.MULTILINE))
    assert {check: set(re.findall(r"`([\w-]+)`", items)) for check, items in table.items()} == {
        check: {id_ for id_, *_ in asked} for check, asked in ASKED.items()
    }
    for check, asked in ASKED.items():
        for id_, version, target, thing in asked:
            path = tmp_path / f"{check}.template.json"
            path.write_text(json.dumps({"Resources": {"Shop": cluster(version), "Thing": thing}}), encoding="utf-8")
            plan = run("upgrade", path, "--to", target, "--format", "json", "--today", DAY).json
            found = {item["id"] for way in plan["clusters"] for step in way["steps"] for item in step["items"]}
            assert id_ in found, check
