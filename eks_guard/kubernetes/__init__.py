"""Kubernetes objects, judged as kubectl and the API server will: unknown fields, types, and the rules beyond them."""
