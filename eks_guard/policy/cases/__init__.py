"""The words of a policy's cases, expanded to CloudFormation templates that are judged like any other."""
