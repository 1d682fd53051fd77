"""Finds, before deploy, what breaks or exposes an EKS cluster built with AWS CDK."""

__version__ = "0.2.0"
