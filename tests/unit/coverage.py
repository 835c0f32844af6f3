# SPDX-License-Identifier: GPL-2.0-only
"""Adds up the gcov results of a source that was compiled into several programs.

usage: coverage.py TOP PERCENT NAME...   with the paths of .gcda files on standard input

Prints how many lines and branches of each src/NAME.c were reached, then the branches that were never taken. Exits with 1
if a file is missing, or if fewer than PERCENT of all branches were taken.
"""
import gzip
import json
import os
import subprocess
import sys
import tempfile


def reports(paths):
    """The gcov results of each source of each object."""
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            subprocess.run(["gcov", "--json-format", "--branch-probabilities", path], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for name in os.listdir(folder):
                report = os.path.join(folder, name)
                with gzip.open(report, "rt") as file:
                    yield from json.load(file)["files"]
                os.remove(report)


def add(counts, key, count):
    counts[key] = counts.get(key, 0) + count


def ratio(counts):
    taken = sum(1 for count in counts.values() if count)
    return taken, len(counts), 100 * taken / len(counts) if counts else 100.0


def row(name, lines, branches):
    return "%-14s %5d of %5d  %5.1f %%   %5d of %5d  %5.1f %%" % (name, *ratio(lines), *ratio(branches))


def main():
    top, at_least, names = sys.argv[1], float(sys.argv[2]), sys.argv[3:]
    wanted = {os.path.join(top, "src", name + ".c"): name for name in names}
    lines = {name: {} for name in names}
    branches = {name: {} for name in names}
    for file in reports(sys.stdin.read().split()):
        name = wanted.get(os.path.normpath(os.path.join(top, file["file"])))
        if not name:
            continue
        for line in file["lines"]:
            add(lines[name], line["line_number"], line["count"])
            for number, branch in enumerate(line["branches"]):
                add(branches[name], (line["line_number"], number), branch["count"])
    print("%-14s %-24s  %s" % ("file", "lines", "branches"))
    for name in names:
        print(row(name + ".c", lines[name], branches[name]))
    all_branches = {(name, key): count for name in names for key, count in branches[name].items()}
    print(row("all", {(name, key): count for name in names for key, count in lines[name].items()}, all_branches))
    for (name, (line, number)), count in sorted(all_branches.items()):
        if not count:
            print("never taken: src/%s.c:%d, branch %d" % (name, line, number))
    missing = [name for name in names if not lines[name]]
    for name in missing:
        print("no figures for src/%s.c" % name)
    sys.exit(1 if missing or ratio(all_branches)[2] < at_least else 0)


main()
