"""What would also change another cluster, or another branch, is never edited, whatever the assembly shows.

In each source `▶C` stands before the call that made the cluster, and `▶L` before the one that made its layer.
"""

from __future__ import annotations

import pytest

pytest.importorskip("tree_sitter_typescript", reason="run `pip install -e '.[fix]'`")

from test_mutated_sources import moved, report_of, sources

from eks_guard.data import Tables
from eks_guard.fix.plan import make_plan, mendable, positions
from eks_guard.fix.project import Project
from eks_guard.model.resource import SourcePosition

TS = """\
import { KubectlV24Layer } from '@aws-cdk/lambda-layer-kubectl-v24';
import { App, Stack, aws_eks as eks } from 'aws-cdk-lib';
"""
PY = """\
from aws_cdk import App, Stack
from aws_cdk import aws_eks as eks
from aws_cdk.lambda_layer_kubectl_v24 import KubectlV24Layer
"""
NEW = "new eks.Cluster"

REFUSED = {
    "a version that a loop shadows": """
const version = eks.KubernetesVersion.V1_36;
for (const version of versions) { ▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') }); }
""",
    "a version that a catch shadows": """
const version = eks.KubernetesVersion.V1_36;
try {} catch (version) { ▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') }); }
""",
    "a member with a computed name": """
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl'), [key]: 1 });
""",
    "a version that a later spread replaces": """
const extra = { version: eks.KubernetesVersion.V1_24 };
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl'), ...extra });
""",
    "a static field that is assigned later": """
class Config { static version = eks.KubernetesVersion.V1_36; }
if (process.env.OLD) Config.version = eks.KubernetesVersion.V1_24;
▶Cnew eks.Cluster(stack, 'Cluster', { version: Config.version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a parameter that one caller leaves out": """
function make(version?: any) { ▶Cnew eks.Cluster(stack, 'Cluster', { version: version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') }); }
make(eks.KubernetesVersion.V1_36); make();
""",
    "a method that a subclass calls by super": """
class A extends Stack { opts() { return { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(this, 'Kubectl') }; }
 make() { ▶Cnew eks.Cluster(this, 'Cluster', this.opts()); } }
class B extends A { more() { new eks.Cluster(this, 'Old', { ...super.opts(), version: eks.KubernetesVersion.V1_24 }); } }
""",
    "options that are read in brackets, too": """
const options = { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') };
const { kubectlLayer } = options;
▶Cnew eks.Cluster(stack, 'Cluster', { version: options.version, kubectlLayer });
new eks.Cluster(other, 'Old', { version: eks.KubernetesVersion.V1_24, kubectlLayer: options['kubectlLayer'] });
""",
    "a field that is taken apart, too": """
class Shop extends Stack { layer: any; constructor(s: any) { super(s); this.layer = ▶Lnew KubectlV24Layer(this, 'Kubectl');
 ▶Cnew eks.Cluster(this, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: this.layer }); const { layer } = this; other(layer); } }
""",
    "a field that is assigned from outside": """
class Shop extends Stack { version = eks.KubernetesVersion.V1_36;
 make() { ▶Cnew eks.Cluster(this, 'Cluster', { version: this.version, kubectlLayer: ▶Lnew KubectlV24Layer(this, 'Kubectl') }); } }
const shop = new Shop(); if (process.env.OLD) shop.version = eks.KubernetesVersion.V1_24; shop.make();
""",
    "a table that is changed later": """
const config = { shop: { version: eks.KubernetesVersion.V1_36 } };
if (process.env.OLD) config.shop.version = eks.KubernetesVersion.V1_24;
▶Cnew eks.Cluster(stack, 'Cluster', { version: config.shop.version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "options that are handed to a function": """
const options: any = { version: eks.KubernetesVersion.V1_36 };
tune(options);
▶Cnew eks.Cluster(stack, 'Cluster', { ...options, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "options of two clusters, one of them in a branch": """
const options = { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') };
if (process.env.SECOND) new eks.Cluster(other, 'Cluster', { ...options, version: eks.KubernetesVersion.V1_24 });
▶Cnew eks.Cluster(stack, 'Cluster', options);
""",
    "a base that two clusters spread": """
const base = { kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') };
if (process.env.SECOND) new eks.Cluster(other, 'Cluster', { ...base, version: eks.KubernetesVersion.V1_24 });
▶Cnew eks.Cluster(stack, 'Cluster', { ...base, version: eks.KubernetesVersion.V1_36 });
""",
    "a version that a branch changes": """
let version = eks.KubernetesVersion.V1_36;
if (process.env.OLD) version = eks.KubernetesVersion.V1_24;
▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a version that is declared twice": """
var version = eks.KubernetesVersion.V1_36;
if (process.env.OLD) { var version = eks.KubernetesVersion.V1_24; }
▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a version that a function changes": """
let version = eks.KubernetesVersion.V1_36;
function old() { version = eks.KubernetesVersion.V1_24; }
if (process.env.OLD) old();
▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "options that are changed after they are made": """
const options = { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') };
if (process.env.OLD) Object.assign(options, { version: eks.KubernetesVersion.V1_24 });
▶Cnew eks.Cluster(stack, 'Cluster', options);
""",
    "a spread behind the layer that may replace it": """
▶Cnew eks.Cluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl'), ...overrides(),
});
""",
    "a subclass with another version": """
class Base extends Stack {
  protected readonly version = eks.KubernetesVersion.V1_36;
  make() { ▶Cnew eks.Cluster(this, 'Cluster', { version: this.version, kubectlLayer: ▶Lnew KubectlV24Layer(this, 'Kubectl') }); }
}
class Old extends Base { protected readonly version = eks.KubernetesVersion.V1_24; }
""",
    "a subclass with another method": """
class Base extends Stack {
  version() { return eks.KubernetesVersion.V1_36; }
  make() { ▶Cnew eks.Cluster(this, 'Cluster', { version: this.version(), kubectlLayer: ▶Lnew KubectlV24Layer(this, 'Kubectl') }); }
}
class Old extends Base { version() { return eks.KubernetesVersion.V1_24; } }
""",
    "a parameter with a default": """
function make(layer = ▶Lnew KubectlV24Layer(stack, 'Kubectl')) {
  ▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: layer });
}
make();
""",
    "a function that two call": """
function options(version) { return { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') }; }
if (process.env.SECOND) new eks.Cluster(other, 'Cluster', options(eks.KubernetesVersion.V1_24));
▶Cnew eks.Cluster(stack, 'Cluster', options(eks.KubernetesVersion.V1_36));
""",
    "a function that is passed on": """
function make(version) {
  ▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
}
make(eks.KubernetesVersion.V1_36);
[eks.KubernetesVersion.V1_24].slice(process.env.OLD).forEach(make);
""",
    "a choice of layers": """
const old = process.env.OLD && new KubectlV24Layer(stack, 'Old');
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: old || ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a layer that another function uses, too": """
const layer = ▶Lnew KubectlV24Layer(stack, 'Kubectl');
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: layer });
tools(layer);
""",
    "a layer in a field that another class reads": """
class Shop extends Stack {
  readonly layer = ▶Lnew KubectlV24Layer(this, 'Kubectl');
  make() { ▶Cnew eks.Cluster(this, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: this.layer }); }
}
function more(shop) { new eks.Cluster(other, 'Cluster', { version: eks.KubernetesVersion.V1_24, kubectlLayer: shop.layer }); }
""",
    "another layer than the one that was synthesized": """
▶Lnew KubectlV24Layer(stack, 'Elsewhere');
▶Cnew eks.Cluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_36, kubectlLayer: new KubectlV24Layer(stack, 'Kubectl'),
});
""",
    "another id than the one that was synthesized": """
▶Cnew eks.Cluster(stack, 'Old', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a class of another module": """
import { Cluster } from './own';
▶Cnew Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a source that does not parse": """
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
const = 3;
""",
    "the name of the new class means something else": """
class KubectlV36Layer {}
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a version that a switch decides": """
function version(stage) { switch (stage) { case 'old': return eks.KubernetesVersion.V1_24; default: return eks.KubernetesVersion.V1_36; } }
▶Cnew eks.Cluster(stack, 'Cluster', { version: version('new'), kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a version in a table": """
const VERSIONS = { old: eks.KubernetesVersion.V1_24, new: eks.KubernetesVersion.V1_36 };
▶Cnew eks.Cluster(stack, 'Cluster', { version: VERSIONS[process.env.STAGE], kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "a version that a default fills in": """
const { version = eks.KubernetesVersion.V1_24 } = config;
▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
}
PYTHON_REFUSED = {
    "a class attribute that is assigned later": """
class Config:
    version = eks.KubernetesVersion.V1_36
if old:
    Config.version = eks.KubernetesVersion.V1_24
▶Ceks.Cluster(stack, "Cluster", version=Config.version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "a version that an expression assigns": """
version = eks.KubernetesVersion.V1_36
if (version := newest()):
    pass
▶Ceks.Cluster(stack, "Cluster", version=version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "a version that is unpacked": """
version = eks.KubernetesVersion.V1_36
if old:
    version, size = eks.KubernetesVersion.V1_24, 1
▶Ceks.Cluster(stack, "Cluster", version=version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "an attribute that is assigned from outside": """
class Shop(Stack):
    def __init__(self):
        self.version = eks.KubernetesVersion.V1_36
    def make(self):
        ▶Ceks.Cluster(self, "Cluster", version=self.version, kubectl_layer=KubectlV24Layer(self, "Kubectl"))
shop = Shop()
shop.version = eks.KubernetesVersion.V1_24
""",
    "a dict that is merged": """
CONFIG = {"a": 1, "version": eks.KubernetesVersion.V1_36}
CONFIG |= overrides
▶Ceks.Cluster(stack, "Cluster", version=CONFIG.version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "keywords that are handed to a function": """
options = {"version": eks.KubernetesVersion.V1_36}
tune(options)
▶Ceks.Cluster(stack, "Cluster", kubectl_layer=KubectlV24Layer(stack, "Kubectl"), **options)
""",
    "keywords that a branch changes": """
options = {"version": eks.KubernetesVersion.V1_36, "kubectl_layer": ▶LKubectlV24Layer(stack, "Kubectl")}
if old:
    options["version"] = eks.KubernetesVersion.V1_24
▶Ceks.Cluster(stack, "Cluster", **options)
""",
    "keywords that are updated": """
options = dict(version=eks.KubernetesVersion.V1_36)
options.update(overrides)
▶Ceks.Cluster(stack, "Cluster", kubectl_layer=KubectlV24Layer(stack, "Kubectl"), **options)
""",
    "a version that a function changes": """
VERSION = eks.KubernetesVersion.V1_36
def old():
    global VERSION
    VERSION = eks.KubernetesVersion.V1_24
▶Ceks.Cluster(stack, "Cluster", version=VERSION, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "a version of a loop": """
for version in (eks.KubernetesVersion.V1_36, *more):
    ▶Ceks.Cluster(stack, "Cluster", version=version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "a version of a comprehension": """
[▶Ceks.Cluster(stack, "Cluster", version=v, kubectl_layer=KubectlV24Layer(stack, "Kubectl")) for v in versions]
""",
    "a subclass with another version": """
class Base(Stack):
    version = eks.KubernetesVersion.V1_36
    def make(self):
        ▶Ceks.Cluster(self, "Cluster", version=self.version, kubectl_layer=KubectlV24Layer(self, "Kubectl"))
class Old(Base):
    version = eks.KubernetesVersion.V1_24
""",
    "a layer of two clusters": """
layer = KubectlV24Layer(stack, "Kubectl")
▶Ceks.Cluster(stack, "Cluster", version=eks.KubernetesVersion.V1_36, kubectl_layer=layer)
if more:
    eks.Cluster(other, "Cluster", version=eks.KubernetesVersion.V1_24, kubectl_layer=layer)
""",
    "a version that `or` fills in": """
▶Ceks.Cluster(stack, "Cluster", version=chosen or eks.KubernetesVersion.V1_36, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "a version that is assigned in try and except": """
try:
    version = newest()
except LookupError:
    version = eks.KubernetesVersion.V1_36
▶Ceks.Cluster(stack, "Cluster", version=version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
""",
    "a parameter that is filled in": """
def make(version=None):
    version = version or eks.KubernetesVersion.V1_36
    ▶Ceks.Cluster(stack, "Cluster", version=version, kubectl_layer=KubectlV24Layer(stack, "Kubectl"))
make()
""",
}
PATCHED = {
    "a layer that is exported and used nowhere else": """
export const layer = ▶Lnew KubectlV24Layer(stack, 'Kubectl');
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: layer });
""",
    "nothing in the way": """
▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });
""",
    "an argument of a function with one caller": """
function make(layer) { ▶Cnew eks.Cluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_36, kubectlLayer: layer }); }
make(▶Lnew KubectlV24Layer(stack, 'Kubectl'));
""",
}


def planned(content, folder, name="app.ts"):
    """The plan for a source in which the cluster of a recorded shape was made."""
    report = report_of("py-kwargs" if name.endswith(".py") else "ts-inline")
    places = {}
    for mark in ("▶C", "▶L"):
        at = content.replace("▶C" if mark == "▶L" else "▶L", "").find(mark)
        plain = content.replace("▶C", "").replace("▶L", "")
        if at >= 0:
            begin = plain.rfind("\n", 0, at) + 1
            column = 1 if name.endswith(".py") else at - begin + 1
            places[mark] = SourcePosition(name, plain.count("\n", 0, at) + 1, column)
    clusters, layers = {cluster.source for cluster in report.clusters}, set(sources(report))
    layers -= clusters
    table = dict.fromkeys(clusters, places["▶C"]) | dict.fromkeys(layers, places.get("▶L"))
    report = moved(report, table)
    (folder / name).write_text(content.replace("▶C", "").replace("▶L", ""))
    return make_plan(report, mendable(report), Project(folder, positions(report)), Tables(None), review=True)


@pytest.mark.parametrize("what", REFUSED)
def test_it_leaves_to_the_user(what, tmp_path):
    plan = planned(TS + REFUSED[what], tmp_path)
    assert not plan.patched
    assert plan.after == {}


@pytest.mark.parametrize("what", PYTHON_REFUSED)
def test_it_leaves_to_the_user_of_python(what, tmp_path):
    plan = planned(PY + PYTHON_REFUSED[what], tmp_path, "app.py")
    assert not plan.patched
    assert plan.after == {}


@pytest.mark.parametrize("what", PATCHED)
def test_it_patches(what, tmp_path):
    assert planned(TS + PATCHED[what], tmp_path).patched


@pytest.mark.parametrize(
    ("exported", "other"),
    [
        ("export", "import { make as build } from './app';\nbuild(eks.KubernetesVersion.V1_24);\n"),
        ("export default", "import build from './app';\nbuild(eks.KubernetesVersion.V1_24);\n"),
        ("export", "make(eks.KubernetesVersion.V1_24);\nconst = 1;\n"),
    ],
    ids=["by another name", "by another name of the default", "in a file that does not parse"],
)
def test_a_function_that_another_file_may_call_has_more_callers_than_are_seen(exported, other, tmp_path):
    (tmp_path / "other.ts").write_text(other)
    text = f"""
{exported} function make(version) {{
  ▶Cnew eks.Cluster(stack, 'Cluster', {{ version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') }});
}}
make(eks.KubernetesVersion.V1_36);
"""
    assert not planned(TS + text, tmp_path).patched


@pytest.mark.parametrize(
    "use",
    [
        "import { layer } from './app';\nnew eks.Cluster(other, 'Old', { kubectlLayer: layer });\n",
        "import { layer as shared } from './app';\nnew eks.Cluster(other, 'Old', { kubectlLayer: shared });\n",
        "import * as shop from './app';\nnew eks.Cluster(other, 'Old', { kubectlLayer: shop.layer });\n",
        "export { layer as shared } from './app';\n",
    ],
)
def test_a_layer_that_another_file_uses_is_left_alone(use, tmp_path):
    (tmp_path / "other.ts").write_text(use)
    assert not planned(TS + PATCHED["a layer that is exported and used nowhere else"], tmp_path).patched


def test_a_cluster_inside_a_construct_of_a_library_is_no_stale_source(tmp_path):
    """The line names `new Platform`: the assembly knows no line of a library, and nothing has to be synthesized again."""
    text = "import { Platform } from '@shop/platform';\n▶C▶Lnew Platform(new App(), 'Shop');\n"
    plan = planned(TS + text, tmp_path)
    assert not plan.patched
    reasons = {answer.reason for answer in plan.answers}
    assert any("creates the cluster itself" in str(reason) for reason in reasons), reasons
    assert not any("synthesize again" in str(reason) for reason in reasons), reasons


@pytest.mark.parametrize(
    ("others", "given", "says"),
    [
        ({}, "const version = same;\nconst same = version;\n", "leads back to itself"),
        (
            {"one.ts": "export * from './two';\n", "two.ts": "export * from './one';\n"},
            "import { version } from './one';\n",
            "does not export `version`",
        ),
    ],
    ids=["names", "modules"],
)
def test_a_value_that_leads_back_to_itself_is_not_followed_for_ever(others, given, says, tmp_path):
    for name, text in others.items():
        (tmp_path / name).write_text(text)
    made = "▶Cnew eks.Cluster(stack, 'Cluster', { version, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') });\n"
    plan = planned(TS + given + made, tmp_path)
    assert not plan.patched
    assert any(says in str(answer.reason) for answer in plan.answers), [answer.reason for answer in plan.answers]


@pytest.mark.parametrize(
    ("imported", "called", "handed_on", "reason"),
    [
        ("* as aws", "aws.eks.Cluster", "export * as eks from 'aws-cdk-lib/aws-eks';", None),
        ("* as aws", "aws.Cluster", "export * from 'aws-cdk-lib/aws-eks';", None),
        ("{ eks as kube }", "kube.Cluster", "export * as eks from 'aws-cdk-lib/aws-eks';", None),
        ("aws", "aws.eks.Cluster", "export default { eks: load('eks') };", "`aws.eks.Cluster` is not followed"),
    ],
)
def test_a_module_of_the_project_that_hands_cdk_on(tmp_path, imported, called, handed_on, reason):
    (tmp_path / "aws.ts").write_text(handed_on, encoding="utf-8")
    options = "{ version: eks.KubernetesVersion.V1_36, kubectlLayer: ▶Lnew KubectlV24Layer(stack, 'Kubectl') }"
    source = f"{TS}import {imported} from './aws';\n▶Cnew {called}(stack, 'Cluster', {options});\n"
    plan = planned(source, tmp_path)
    said = str(plan.answers)
    assert bool(plan.patched) is (reason is None), said
    assert reason is None or reason in said
    assert "not the one that was synthesized" not in said
