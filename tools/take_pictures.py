"""Take the pictures of the documentation out of real output: the report's page and the terminal, into docs/pictures.

Needs Chromium and the extra `browser`. Usage: tools/take_pictures.py
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
SAMPLE = ROOT / "sample_templates" / "payment-wrong-layer"
TODAY = "2026-11-24"
COLUMNS = 104
WHITE = (222, 228, 234)
NIGHT = (18, 24, 32)
COLOURS = [NIGHT, (255, 123, 114), (126, 231, 135), (242, 204, 96), (121, 192, 255), (210, 168, 255), (118, 227, 234)]
THEME = TerminalTheme(NIGHT, WHITE, [*COLOURS, WHITE])
FONTS = "ui-monospace, Menlo, Consolas, monospace"


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    printed = check("--select", "kubectl-version-skew")
    (PICTURES / "terminal.svg").write_text(terminal(printed), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        check("--output", f"html={page}")
        photograph(page)


def check(*options: str) -> str:
    """Return what a terminal would show."""
    command = [sys.executable, "-m", "eks_guard", "check", "cdk.out", "--today", TODAY, *options]
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_HYPERLINK")}
    environment = {**plain, "FORCE_COLOR": "1"}
    done = subprocess.run(command, cwd=SAMPLE, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 1:
        raise SystemExit(f"expected findings, got exit {done.returncode}: {done.stderr}")
    return done.stdout


def terminal(printed: str) -> str:
    """Return the output as an SVG, with the fonts that a reader has."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="standard", force_terminal=True)
    console.print(Text.from_ansi(f"$ eks-guard check\n{printed.rstrip()}"))
    svg = console.export_svg(title="eks-guard check", theme=THEME)
    faces = svg.index("@font-face"), svg.rindex("}", 0, svg.index("-matrix {")) + 1
    return (svg[: faces[0]] + svg[faces[1] :]).replace(
        "Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace"
    )


def photograph(page: Path) -> None:
    """Photograph the report's page, and one chain in it."""
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        view = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme="light", device_scale_factor=1)
        view.goto(page.as_uri())
        view.screenshot(path=PICTURES / "report.png")
        view.locator("figure, .chain").first.screenshot(path=PICTURES / "chain.png")
        browser.close()


if __name__ == "__main__":
    main()
