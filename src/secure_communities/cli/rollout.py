# SPDX-License-Identifier: Apache-2.0
"""`./run rollout`: plan where to deploy first, and compare the planner with what was really done.

In: a folder of public files, or a CSV of sites. Out: figures on the screen or as JSON; a schedule as CSV. No database.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

import click

from secure_communities.planning.rollout import Capacity, Group, PlanError, Site, plan

BAR, GAP = 0.69, 0.01


@click.group()
def rollout() -> None:
    """Where to deploy first: plan an order, and measure it against the real one."""


@rollout.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option("--seed", default=2008, show_default=True, help="Of the random orders.")
def backtest(folder: Path, as_json: bool, seed: int) -> None:
    """Share of risk-months covered from October 2008 to January 2013: the plan, the real order, a random one."""
    from secure_communities.planning.rollout import backtest as measuring

    try:
        found = measuring.backtest(folder, seed=seed)
    except (measuring.BacktestError, OSError) as fault:
        raise click.ClickException(str(fault)) from None
    found |= {"machine": platform.processor() or platform.machine(), "cores": os.cpu_count(), "bar": BAR}
    click.echo(json.dumps(found, indent=2) if as_json else _in_words(found))


def _in_words(found: dict[str, Any]) -> str:
    lines = [
        f"{found['counties_matched']:,} of {found['activated']:,} activated counties matched, "
        "October 2008 to January 2013",
        "",
        f"{'risk proxy':32}{'budget':12}{'random':>8}{'real':>8}{'plan':>8}{'bound':>8}{'gap':>8}{'seconds':>9}",
    ]
    titles = {"A": "A  population of 2010", "B": "B  international migration"}
    for proxy, budgets in found["proxies"].items():
        for budget, one in budgets.items():
            lines.append(
                f"{titles[proxy]:32}{budget:12}{one['random']:8.3f}{one['actual']:8.3f}{one['planned']:8.3f}"
                f"{one['bound']:8.3f}{one['gap']:8.2%}{one['seconds']:9.3f}"
            )
    lines += ["", "Counties on line and risk covered at the end of fiscal years (B, effort):"]
    for row in found["by_fiscal_year"]:
        real, planned = row["actual"], row["planned"]
        lines.append(
            f"  {row['fiscal_year']}   real {real['counties']:5,} {real['risk']:4.0%}   "
            f"plan {planned['counties']:5,} {planned['risk']:4.0%}"
        )
    lines += ["", "Both proxies are weak: neither is the risk that the live ranking uses, which refuses migration."]
    return "\n".join(lines)


@rollout.command("plan")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--months", default=24, show_default=True, type=click.IntRange(1, 600), help="How many months to plan.")
@click.option("--budget", default=100.0, show_default=True, type=click.FloatRange(min=0), help="Effort of each month.")
@click.option("--sites", default=None, type=click.IntRange(min=0), help="At most so many sites a month.")
def plan_file(file: Path, months: int, budget: float, sites: int | None) -> None:
    """Plan the sites of a CSV: code, risk, effort, group, earliest, must_by, blackouts, after, agreement, vendor_lead.

    Only code and risk are needed. Months count from 0; blackouts and after are separated by spaces.
    """
    try:
        given, groups = _sites(file)
        limit = (sites,) * months if sites is not None else None
        made = plan(given, Capacity((budget,) * months, limit, groups))
    except PlanError as fault:
        raise click.ClickException(str(fault)) from None
    writer = csv.writer(sys.stdout)
    writer.writerow(["code", "month", "risk", "effort"])
    for one in sorted(given, key=lambda site: (made.starts.get(site.code, months), site.code)):
        writer.writerow([one.code, made.starts.get(one.code, ""), one.risk, one.effort])
    click.echo(
        f"{len(made.starts):,} of {len(given):,} sites planned; {made.covered:.1%} of risk × months covered, "
        f"at most {made.bound:.1%} can be.", err=True,
    )  # fmt: skip
    for problem in made.problems:
        click.echo(problem.sentence, err=True)


def _sites(file: Path) -> tuple[list[Site], dict[str, Group]]:
    found, groups = [], {}
    with file.open(newline="", encoding="utf-8-sig") as handle:
        for line, row in enumerate(csv.DictReader(handle), start=2):
            try:
                group = row.get("group") or ""
                found.append(
                    Site(
                        row["code"], float(row["risk"]), float(row.get("effort") or 1), group,
                        int(row.get("earliest") or 0), int(row["must_by"]) if row.get("must_by") else None,
                        frozenset(int(one) for one in (row.get("blackouts") or "").split()),
                        tuple((row.get("after") or "").split()),
                    )
                )  # fmt: skip
                if group and (row.get("agreement") or row.get("vendor_lead")):
                    groups[group] = Group(group, int(row.get("agreement") or 0), int(row.get("vendor_lead") or 0))
            except KeyError as fault:
                raise PlanError(f"{file.name} has no column {fault}: it needs code and risk") from None
            except ValueError as fault:
                raise PlanError(f"{file.name}, line {line}: {fault}") from None
    return found, groups
