"""Turns an assembly into its EKS clusters: resolved, with evidence, each value with the place where it was read."""
