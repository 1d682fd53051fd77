"""What the update from one assembly to another does to EKS; it knows nothing of policies."""
