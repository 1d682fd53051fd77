"""What Helm refuses of releases, versions and charts."""

from __future__ import annotations

import pytest

from eks_guard.kubernetes.charts import allows_eks, chart_mistakes, dotted_keys, release_mistake, version_mistake
from eks_guard.kubernetes.parts import OpenText


@pytest.mark.parametrize("name", ["a", "bread-2", "bread.shop", "a" * 53])
def test_a_release_name_is_taken(name: str) -> None:
    assert release_mistake(name) is None


@pytest.mark.parametrize("name", ["Bread", "bread_shop", "-bread", "bread-", "a..b", "a" * 54])
def test_a_release_name_is_refused(name: str) -> None:
    assert release_mistake(name)


@pytest.mark.parametrize(
    "version", ["1.2.3", "v1.2", "1", "^1.2.0", ">=1.0, <2", "1.x", "~1.2 || 2.0.0-rc.1", "1.0.0+build", "1.2 - 2.3"]
)
def test_a_version_or_constraint_is_taken(version: str) -> None:
    assert version_mistake(version) is None


@pytest.mark.parametrize("version", ["latest", "stable", "1.2.3.4.5", "release-1.2", ""])
def test_no_version_is_refused(version: str) -> None:
    assert version_mistake(version)


@pytest.mark.parametrize(
    ("constraint", "allowed"),
    [
        (">=1.29.0", False),
        (">=1.29.0-0", True),
        (">= 1.29.0-0 < 1.33.0-0", False),
        ("^1.20.0-0", True),
        ("~1.33.0-0", True),
        ("1.33.x", False),
        (">=1.29.0 || >=1.31.0-0", True),
        ("1.30 - 1.40", False),
        ("<1.25.0-0", False),
        ("*", None),
        ("nonsense", False),
    ],
)
def test_a_range_without_a_pre_release_allows_no_eks(constraint: str, allowed: bool | None) -> None:
    assert allows_eks(constraint, 33) is allowed


def test_keys_with_dots_count_at_the_top_only() -> None:
    assert dotted_keys({"image.tag": 1, "podLabels": {"a.b/c": 1}, OpenText(("x.", None)): 1}) == ("image.tag", "x.…")
    assert dotted_keys(None) == ()


GOOD_CHART = {"apiVersion": "v2", "name": "bread", "version": "1.0.0", "dependencies": [{"name": "flour"}]}
FILES = ["Chart.yaml", "charts/flour/Chart.yaml"]


@pytest.mark.parametrize("files", [FILES, ["charts/flour-1.2.0.tgz"]])
def test_a_chart_with_its_dependencies_is_right(files: list[str]) -> None:
    assert chart_mistakes(GOOD_CHART, files) == ()


@pytest.mark.parametrize(
    ("chart", "files", "says"),
    [
        ({**GOOD_CHART, "apiVersion": 2}, FILES, "apiVersion is 2"),
        ({**GOOD_CHART, "version": 1.0}, FILES, "version is 1.0"),
        ({**GOOD_CHART, "version": "one"}, FILES, "version is 'one'"),
        ({**GOOD_CHART, "name": ""}, FILES, "name is missing"),
        ({**GOOD_CHART, "name": "a/b"}, FILES, "is invalid"),
        ({**GOOD_CHART, "type": "library"}, FILES, "library charts are not installable"),
        ({**GOOD_CHART, "appVersion": 1.1}, FILES, "appVersion is 1.1"),
        (GOOD_CHART, ["charts/salt/Chart.yaml"], "dependencies flour: found in Chart.yaml, but missing in charts/"),
        ([], FILES, "not a mapping"),
    ],
)
def test_a_chart_file_is_refused(chart: object, files: list[str], says: str) -> None:
    (mistake,) = chart_mistakes(chart, files)
    assert says in mistake
