"""Follows a value through parameters, nested stacks, outputs, imports and intrinsics to what decides it.

`Node.follow()` and its kin are the way in. Each part takes the `Follow` protocol, so that none imports the follower.
"""
