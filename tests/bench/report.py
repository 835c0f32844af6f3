# SPDX-License-Identifier: GPL-2.0-only
"""The figures that the guests printed, as build/bench/figures.json and table.md."""
import json
import pathlib
import re
import sys

FIGURE = re.compile(r"^# figure (\S+) (\S+)$")
CASES = ["identify", "supported-logs", "log-64", "log-512", "log-2048"]


def collect(folder):
    figures = {}
    for log in sorted(folder.glob("*.log")):
        for line in log.read_text(errors="replace").splitlines():
            match = FIGURE.match(line)
            if match:
                figures[f"{log.stem}/{match[1]}"] = float(match[2])
    return figures


def shown(value):
    return "-" if value is None else f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"


def table(figures, head, names, columns):
    """One row a name, one column a key with {} for the name."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name in names:
        cells = [shown(figures.get(key.format(name))) for key in columns]
        lines.append("| " + " | ".join([name] + cells) + " |")
    return "\n".join(lines) + "\n"


def text(figures):
    parts = []
    columns = [f"instructions/instructions/{{}}/{who}" for who in ("send", "legacy", "in-tree", "bare")]
    parts.append("Instructions of one command\n\n" + table(
        figures, ["command", "SEND", "legacy ioctl", "in-tree", "bare client", "legacy/in-tree"], CASES,
        columns + ["instructions/ratio/{}/legacy"]))
    parts.append("Allocations of one command\n\n" + table(
        figures, ["command", "ours", "in-tree"], CASES,
        ["instructions/allocations/{}/own", "instructions/allocations/{}/in-tree"]))
    parts.append("Register accesses of one command\n\n" + table(
        figures, ["command", "ours", "in-tree"], CASES + ["tunneled-16-in-64-out"],
        ["model/accesses/{}/own", "model-in-tree/accesses/{}/in-tree"]))
    for where in ("time", "time-model"):
        parts.append(f"Median time of one command in us ({where}), and ratios with their least and most\n\n" + table(
            figures, ["command", "ours", "in-tree", "bare", "ours/bare", "least", "most", "ours/in-tree"], CASES,
            [f"{where}/{key}" for key in ("us/{}/own", "us/{}/in-tree", "us/{}/bare", "time-ratio/{}/bare",
                                          "time-ratio/{}/bare-least", "time-ratio/{}/bare-most",
                                          "time-ratio/{}/in-tree")]))
    parts.append("Processor time of a waiting caller, percent\n\n" + table(
        figures, ["command takes", "ours", "in-tree"], ["1000-us", "100000-us", "1500000-us"],
        ["model/cpu-percent/{}/own", "model-in-tree/cpu-percent/{}/in-tree"]))
    rest = {key: value for key, value in figures.items()
            if key.startswith("scale/") or "/turns/" in key or "/served" in key}
    parts.append("Many\n\n" + table(rest, ["figure", "value"], sorted(rest), ["{}"]))
    return "\n".join(parts)


def main():
    folder = pathlib.Path(sys.argv[1])
    figures = collect(folder)
    (folder / "figures.json").write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n")
    (folder / "table.md").write_text(text(figures))


main()
