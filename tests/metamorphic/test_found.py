"""Values whose other spelling once changed a verdict: each obeys its law now."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from laws import verdicts
from single import SPELLINGS
from specimens import specimens
from test_metamorphic import _declared
from walking import property_values, replaced
from whole import TRANSFORMATIONS

WAYS = {way.name: way for way in SPELLINGS}
FOUND = (
    ("kubectl-role-assumable/its trust allows and denies the handler", "parameter with another default", "Effect"),
    ("kubectl-role-assumable/its trust allows and denies the handler", "If that leaves it out", "Effect"),
    ("irsa-trust-narrow/a statement that denies some", "import from elsewhere", "Effect"),
    ("pod-identity-usable/a denial under a condition", "parameter of SSM", "Effect"),
    ("addon-has-permissions/a role in which nothing is allowed", "parameter without a default", "AddonName"),
    ("helm-oci-supported/no version", "parameter of SSM", "Repository"),
    ("access-entry-accepted/a policy of IAM", "parameter without a default", "PolicyArn"),
    ("access-entry-accepted/a policy of IAM", "If that is open", "AccessPolicies"),
    ("handler-intact/arm64", "dynamic reference", "S3Key"),
    ("patch-applicable/a strategic patch of a custom resource", "parameter of SSM", "ResourceName"),
    ("api-version-served/still there on 1.24", "parameter with another default", "version"),
    ("handler-reaches-endpoint/limited, and the private endpoint is off", "If that is open", "endpointPublicAccess"),
    ("node-ami-supported/a type that the table does not know", "If that is open", "AmiType"),
    ("fargate-coredns/a chart may make nodes", "If that is open", "Release"),
    ("cluster-version-supported/newer than the calendar", "If that is open", "version"),
    ("security-groups-that-let-nobody-in", "If that leaves it out", "ResourcesVpcConfig"),
    (
        "addon-has-permissions/an association with a role in which nothing is allowed, beside nodes that may all",
        "If that leaves it out",
        "PodIdentityAssociations",
    ),
    ("nested-by-interface", "If that holds", "Parameters"),
    ("aws-auth-roles-match/access entries alone", "If that leaves it out otherwise", "AuthenticationMode"),
    ("aws-auth-roles-match/an access entry lets it in", "If that is open", "PrincipalArn"),
    ("aws-auth-roles-match/a role of the app with a path", "If that is open", "Path"),
    ("irsa-trust-correct/a trust whose text is not JSON", "If that leaves it out", "AssumeRolePolicyDocument"),
    ("irsa-trust-correct/a key of another issuer", "dynamic reference", "Federated"),
    ("nodes-have-network/an add-on of the Marketplace", "parameter with two allowed values", "AddonName"),
    ("kubectl-evidence-consistent/a patch that differs does not mislead", "dynamic reference", "Architectures"),
    ("kubectl-evidence-consistent/a patch that differs does not mislead", "Join of two pieces", "Architectures"),
    ("node-bootstrap-fits-image/an image that is resolved at launch", "Join by slashes", "ImageId"),
    ("node-bootstrap-fits-image/an image that is resolved at launch", "Sub with two variables", "ImageId"),
    ("node-bootstrap-fits-image/an image that is resolved at launch", "parameter that is given", "ImageId"),
    ("security-groups-that-let-another-port-out", "FindInMap that is open", "EndpointPublicAccess"),
    ("unused-handler-found-by-role", "parameter that is given", "Action"),
    (
        "object-declared-once/one that creates, and one that overwrites in no order",
        "FindInMap by region that differ",
        "Manifest",
    ),
    ("irsa-trust-correct/a wildcard that does not", "If that leaves it out", "Manifest"),
    ("irsa-trust-correct/a role that trusts no web identity", "If inside If of three", "Manifest"),
    (
        "addon-has-permissions/an association of another service account than the driver's",
        "If inside If of three",
        "PodIdentityAssociations",
    ),
    (
        "addon-has-permissions/an association of another service account than the driver's",
        "list with one that is never there",
        "PodIdentityAssociations",
    ),
    ("node-bootstrap-fits-image/a managed group with an image of EKS's", "Select of Split", "ImageId"),
    ("node-bootstrap-fits-image/a managed group with an image of EKS's", "text out of a given text", "ImageId"),
    (
        "irsa-trust-correct/keys of no more than the host of the issuer",
        "If inside If that is open",
        "AssumeRolePolicyDocument",
    ),
    (
        "object-declared-once/an object whose kind a parameter chooses",
        "If with the same in other words",
        "Manifest",
    ),
    (
        "role-trusts-service/a cluster whose role trusts EKS by a name for China",
        "Join with a dynamic reference",
        "Service",
    ),
    ("access-entry-accepted/a name that AWS keeps for itself", "Sub with an open parameter", "Username"),
    ("access-entry-accepted/a session behind none", "Sub with an open parameter", "Username"),
    ("handler-intact/as CDK made it", "list with one that is never there", "Architectures"),
    ("access-entry-accepted/an access policy of the partition", "If by a given parameter", "AccessPolicies"),
    ("managed-policy-exists/nodes by Karpenter, with the role by its name", "Sub with an open parameter", "RoleName"),
    (
        "node-role-admitted/instances with a role of another app, which aws-auth has by its ARN",
        "value of a parameter of SSM that the template makes",
        "Roles",
    ),
    ("node-labels-accepted/50 taints", "list with one that is never there", "Taints"),
)
"""The end of a specimen's name, the way to write, and a key on the path to the value."""
WHOLE = {way.name: way for way in TRANSFORMATIONS}
FOUND_WHOLE = (
    ("managed-policy-exists/nodes by Karpenter, with the role by a reference", "cluster in another stack"),
    ("irsa-trust-correct/a role that trusts no web identity, named by an ARN of parts", "cluster in another stack"),
    (
        "kubectl-role-assumable/it trusts the account, and the handler may take another role",
        "network and roles in another stack",
    ),
    ("egress-by-an-endpoint-of-another-table", "ids by attribute"),
    ("resource-declared-once/a role by its name and by its ARN", "network and roles in another stack"),
    ("handler-intact/half a gibibyte", "lists with choices"),
    ("security-groups-that-are-the-same-in-each-branch", "lists with choices"),
    ("access-entry-accepted/an access policy of the partition", "lists with choices"),
    ("node-labels-accepted/50 taints", "lists with choices"),
)
"""The end of a specimen's name, and the way to write all of it."""


@pytest.fixture(scope="module")
def named():
    return {specimen.name: specimen for specimen in specimens()}


@pytest.mark.parametrize(("name", "way", "key"), FOUND)
def test_what_once_changed_a_verdict_obeys_its_law(named, name, way, key):
    (specimen,) = (one for full, one in named.items() if full.endswith(f"/{name}"))
    before, tried = verdicts(specimen), 0
    for file, template in specimen.deployed.items():
        for path, value in property_values(template):
            written = WAYS[way].write(value) if key in path else None
            if written is not None:
                tried += 1
                changed = specimen.with_template(file, _declared(replaced(template, path, written.value), written))
                given = (*specimen.parameters, *written.given)
                assert WAYS[way].law(before, verdicts(replace(changed, parameters=given))) == [], path
    assert tried


@pytest.mark.parametrize(("name", "way"), FOUND_WHOLE)
def test_what_once_changed_a_verdict_as_a_whole_obeys_its_law(named, name, way):
    (specimen,) = (one for full, one in named.items() if full.endswith(f"/{name}"))
    written = WHOLE[way]
    changed = written.change(specimen, random.Random(name))
    assert changed is not None
    assert written.law(verdicts(specimen, written.back), verdicts(changed, written.back)) == []
