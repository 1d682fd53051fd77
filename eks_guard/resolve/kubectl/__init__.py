"""The chain from a custom resource to the kubectl that its handler runs."""
