"""What an app puts on a cluster: manifests, charts, patches, and the order of their deployment."""
