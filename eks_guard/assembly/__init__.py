"""Reads what CDK wrote: the only package that opens files of a cdk.out, and that follows references."""
