"""Take the pictures of the documentation out of real output: pages of a report, a plan and a fleet, and the terminal.

They go into docs/pictures. Needs Chromium and the extras `browser` and `fleet`. Usage: tools/take_pictures.py
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
TEAMS = ("payments", "platform", "search")
COLUMNS = 104
WHITE = (222, 228, 234)
NIGHT = (18, 24, 32)
COLOURS = [NIGHT, (255, 123, 114), (126, 231, 135), (242, 204, 96), (121, 192, 255), (210, 168, 255), (118, 227, 234)]
THEME = TerminalTheme(NIGHT, WHITE, [*COLOURS, WHITE])


def main() -> None:
    """Take all of them."""
    PICTURES.mkdir(exist_ok=True)
    printed = check("--select", "kubectl-version-skew")
    (PICTURES / "terminal.svg").write_text(terminal(printed), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "report.html"
        check("--output", f"html={page}")
        plan, fleet = pages_of_a_plan_and_a_fleet(Path(folder))
        photograph(page, plan, fleet)


def check(*options: str) -> str:
    """Return what a terminal would show."""
    return run("check", "cdk.out", "--today", TODAY, *options, code=1)


def pages_of_a_plan_and_a_fleet(folder: Path) -> tuple[Path, Path]:
    """Return the page of an upgrade of the sample, and that of a fleet of all samples, by three teams."""
    plan, page = folder / "plan.html", folder / "fleet.html"
    run("upgrade", "cdk.out", "--today", TODAY, "--to", "1.31", "--output", f"html={plan}", code=1)
    for number, app in enumerate(sorted(ROOT.joinpath("sample_templates").glob("*/cdk.out"))):
        archive = folder / "archives" / TEAMS[number % len(TEAMS)] / app.parent.name
        shutil.make_archive(str(archive), "zip", app)
    asked = ("--today", TODAY, "--labels-from", "archives/{team}/{app}.zip")
    run("fleet", "archives", *asked, code=1, folder=folder)
    run("fleet", "report", "runs", "--by", "team", "--output", f"html={page}", code=0, folder=folder)
    return plan, page


def run(*arguments: str, code: int, folder: Path = SAMPLE) -> str:
    """Return what a command prints to a terminal. Exits where its code is another one."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_HYPERLINK")}
    environment = {**plain, "FORCE_COLOR": "1"}
    command = [sys.executable, "-m", "eks_guard", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != code:
        raise SystemExit(f"{arguments[0]}: expected exit {code}, got {done.returncode}: {done.stderr}")
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


def photograph(page: Path, plan: Path, fleet: Path) -> None:
    """Photograph the report's page and one chain in it, the page of a plan, and that of a fleet."""
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--headless", "--no-sandbox"])
        view = browser.new_page(viewport={"width": 1200, "height": 860}, color_scheme="light", device_scale_factor=1)
        view.goto(page.as_uri())
        view.screenshot(path=PICTURES / "report.png")
        view.locator("figure, .chain").first.screenshot(path=PICTURES / "chain.png")
        for other, name in ((plan, "plan.png"), (fleet, "fleet.png")):
            view.goto(other.as_uri())
            view.screenshot(path=PICTURES / name)
        browser.close()


if __name__ == "__main__":
    main()
