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


# What the design allows: name, figure, most that is allowed (None: see the figure in the text), unit. A figure
# whose key ends in * stands for the worst of all that begin so.
BUDGET = [
    ("register accesses, 16 in and 64 out", "model/accesses/tunneled-16-in-64-out/own", 15, ""),
    ("register accesses, Get Log of 2 KiB (24 in)", "model/accesses/log-2048/own", 264, ""),
    ("allocations per command", "instructions/allocations/*/own", 0, ""),
    ("instructions to in-tree's, Get Supported Logs", "instructions/ratio/supported-logs/legacy", 0.7, ""),
    ("instructions to in-tree's, Get Log of 64 B", "instructions/ratio/log-64/legacy", 0.7, ""),
    ("instructions to in-tree's, Get Log of 2 KiB", "instructions/ratio/log-2048/legacy", 0.5, ""),
    ("processor time while waiting 1.5 s", "model/cpu-percent/1500000-us/own", 1, "%"),
    ("first stretch of who waits: the spin, the doorbell, going to sleep", "spin/spin-us/first-stretch/own", 65, "us"),
    ("later stretches of who waits", "spin/spin-us/longest-of-later/own", 50, "us"),
    ("mailbox commands of a warm tunneled query", "counts/commands/warm-query/*", 1, ""),
    ("mailbox commands of a warm tunneled change", "counts/commands/warm-change", 2, ""),
    ("time to a bare client's on the model, Identify", "time-model/time-ratio/identify/bare", 1.05, ""),
    ("time to a bare client's on the model, Get Log of 2 KiB", "time-model/time-ratio/log-2048/bare", 1.05, ""),
    ("time to a bare client's on QEMU's device, Identify", "time/time-ratio/identify/bare", 1.5, ""),
    ("time to a bare client's on QEMU's device, Get Log of 2 KiB", "time/time-ratio/log-2048/bare", 1.5, ""),
    ("memory for each destination", "scale/scale/bytes-each", 1024, "bytes"),
    ("memory for 255 ports of 16 LDs", "scale/scale/bytes-fabric", 8 << 20, "bytes"),
    ("instructions of a warm query, 4,080 destinations to 16", "scale/scale/ratio", 1.1, ""),
    ("worst wait in turns, 64 files", "model/turns/worst/64-files", 63, ""),
    ("served, most to least, 64 files", "model/served-ratio/64-files", 1.5, ""),
]


def worst(figures, key):
    if "*" not in key:
        return figures.get(key)
    before, behind = key.split("*")
    return max((value for name, value in figures.items() if name.startswith(before) and name.endswith(behind)),
               default=None)


def budget(figures):
    lines = ["| what | at most | measured | |", "|---|---|---|---|"]
    for what, key, most, unit in BUDGET:
        value = worst(figures, key)
        verdict = "not measured" if value is None else "met" if value <= most else "**missed**"
        lines.append(f"| {what} | {most:,} {unit} | {shown(value)} | {verdict} |".replace("  |", " |"))
    return "The budget\n\n" + "\n".join(lines) + "\n"


def text(figures):
    parts = [budget(figures)]
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
