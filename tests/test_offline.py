"""No command reaches for the network, or starts another program."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT, SAMPLES

from eks_guard.report import Format

GUARD = """
import sys
def deny(event, arguments):
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.", "urllib.")):
        raise SystemExit(f"denied: {event} {arguments}")
sys.addaudithook(deny)
from eks_guard.__main__ import main
main()
"""
WRONG = SAMPLES / "payment-wrong-layer" / "cdk.out"
COMMANDS = {
    "inspect": ["inspect", WRONG],
    "explain": ["explain", "kubectl-version-skew"],
    "policies": ["policies"],
    "facts": ["facts"],
    "schema": ["schema", "policy"],
    "test": ["test", ROOT / "policies" / "deploy-safety"],
    **{f"check {name}": ["check", WRONG, "--format", name] for name in Format},
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_opens_a_socket_or_starts_a_program(command):
    result = subprocess.run(
        [sys.executable, "-c", GUARD, *map(str, command)], capture_output=True, text=True, check=False, timeout=60
    )
    assert "denied" not in result.stderr
    assert result.returncode == (1 if command[0] == "check" else 0), result.stderr


def test_the_guard_would_notice():
    script = GUARD.replace(
        "from eks_guard.__main__ import main\nmain()", "import socket; socket.create_connection(('127.0.0.1', 9))"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert "denied: socket." in result.stderr
