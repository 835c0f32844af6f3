# SPDX-License-Identifier: GPL-2.0-only
"""usage: report.py FOLDER PART...

The figures that the guests printed into FOLDER/PART.log, as FOLDER/figures.json and table.md.
Exit code 1 if one is missing that a named part should have told; no figure is too large.
"""
import json
import pathlib
import re
import sys

FIGURE = re.compile(r"^# figure (\S+) (\S+)$")

CASES = ["identify", "supported-logs", "log-64", "log-512", "log-2048", "tunneled-identify"]
# On the model alone.
LARGEST = "log-1048576"
CHANGE = "tunneled-change"
ON_MODEL = CASES + [LARGEST, CHANGE]
# What the in-tree driver can be asked for.
IN_TREE = ["supported-logs", "log-64", "log-512", "log-2048", LARGEST]

TITLES = {
    "identify": "Identify", "supported-logs": "Get Supported Logs", "log-64": "Get Log, 64 B",
    "log-512": "Get Log, 512 B", "log-2048": "Get Log, 2 KiB", LARGEST: "Get Log, 1 MiB",
    "tunneled-identify": "tunneled Identify", CHANGE: "tunneled Set Timestamp",
}


def collect(folder):
    figures = {}
    for log in sorted(folder.glob("*.log")):
        for line in log.read_text(errors="replace").splitlines():
            match = FIGURE.match(line)
            if match:
                figures[f"{log.stem}/{match[1]}"] = float(match[2])
    return figures


class Figures:
    """Remembers what was asked for and is not there."""

    def __init__(self, figures):
        self.figures = figures
        self.missing = []

    def get(self, key):
        """The worst, where the key has a * in it."""
        if "*" in key:
            before, behind = key.split("*")
            value = max((v for k, v in self.figures.items() if k.startswith(before) and k.endswith(behind)),
                        default=None)
        else:
            value = self.figures.get(key)
        if value is None:
            self.missing.append(key)
        return value

    def spread(self, key):
        """Where the lower and the upper tenth begin, of KIND/NAME/WHO: of KIND-low, KIND-high."""
        part, kind, *rest = key.split("/")
        ends = [self.figures.get("/".join([part, f"{kind}-{end}"] + rest)) for end in ("low", "high")]
        return None if None in ends else ends


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 1000 or value == int(value) else f"{value:,.3g}"


def cell(figures, key):
    if not key:
        return "-"
    value, spread = figures.get(key), figures.spread(key)
    return number(value) + (f" ({number(spread[0])} to {number(spread[1])})" if spread else "")


def table(figures, title, head, rows):
    """Rows: a name and a key, or None, for each further column."""
    lines = [f"{title}\n", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, *keys in rows:
        lines.append("| " + " | ".join([name] + [cell(figures, key) for key in keys]) + " |")
    return "\n".join(lines) + "\n"


def in_tree(case, key):
    return key.format(case) if case in IN_TREE else None


# ---- the budget ----

def row(what, key, most, unit="", theirs=None):
    """Most: a figure, or the key of one. Theirs: the key of the in-tree driver's."""
    return {"what": what, "key": key, "most": most, "unit": unit, "theirs": theirs}


def access_rows():
    yield row("register accesses, 16 B in and 64 B out", "model/accesses/tunneled-16-in-64-out/own", 15)
    for case in CASES:
        yield row(f"register accesses, {TITLES[case]}", f"model/accesses/{case}/own",
                  f"model/accesses-allowed/{case}/own", "", in_tree(case, "model-in-tree/accesses/{}/in-tree"))


def instruction_rows():
    yield row("allocations per command", "instructions/allocations/*/own", 0, "",
              "instructions/allocations/*/in-tree")
    yield row("instructions for 2 KiB of room that no answer fills", "instructions/instructions-for-room/send", 0, "",
              "instructions/instructions-for-room/in-tree")
    for way in ("send", "legacy"):
        yield row(f"instructions, 99 of 100 above the median ({way})",
                  f"instructions/instructions-p99-above-median/*/{way}", 0)
    for case, most in (("supported-logs", 0.7), ("log-64", 0.7), ("log-2048", 0.5)):
        yield row(f"instructions to in-tree's, {TITLES[case]}", f"instructions/ratio/{case}/legacy", most)


def time_rows():
    for case in ON_MODEL:
        yield row(f"time to a bare client's, model, {TITLES[case]}", f"time-model/time-ratio/{case}/own-to-bare", 1.05,
                  "", in_tree(case, "time-model-in-tree/time-ratio/{}/in-tree-to-bare"))
    for case in CASES:
        yield row(f"time to a bare client's, QEMU's device, {TITLES[case]}", f"time/time-ratio/{case}/own-to-bare", 1.5, "",
                  in_tree(case, "time/time-ratio/{}/in-tree-to-bare"))


def budget_rows():
    yield from access_rows()
    yield from instruction_rows()
    yield row("processor time over a wait of 1.5 s", "model/cpu-percent/1500000-us/own", 1, "%",
              "model-in-tree/cpu-percent/1500000-us/in-tree")
    yield row("first stretch of who waits: the spin, the doorbell, going to sleep", "spin/spin-us/first-stretch/own", 65,
              "us")
    yield row("later stretches of who waits", "spin/spin-us/longest-of-later/own", 50, "us")
    yield row("mailbox commands of a warm tunneled query", "counts/commands/warm-query/*", 1)
    yield row("mailbox commands of a warm tunneled change", "counts/commands/warm-change", 2)
    yield from time_rows()
    yield row("memory for each destination", "scale/scale/bytes-each", 1024, "bytes")
    yield row("memory for 255 ports of 16 LDs", "scale/scale/bytes-fabric", 8 << 20, "bytes")
    yield row("instructions of a warm query, 4,096 destinations to 1", "scale/scale/ratio", 1.1)
    for files in (1, 8, 64):
        yield row(f"worst wait in turns, files: {files}", f"model/turns/worst/{files}-files", files - 1)
    yield row("served, most to least, files: 64", "model/served-ratio/64-files", 1.5)


def judged(figures):
    for entry in budget_rows():
        most = entry["most"] if not isinstance(entry["most"], str) else figures.get(entry["most"])
        value = figures.get(entry["key"])
        verdict = "not measured" if None in (value, most) else "met" if value <= most else "missed"
        yield {**entry, "most": most, "measured": value, "spread": figures.spread(entry["key"]), "verdict": verdict,
               "in_tree": figures.get(entry["theirs"]) if entry["theirs"] else None}


def budget(figures, entries):
    lines = ["The budget\n", "| what | at most | measured | in-tree | |", "|---|---|---|---|---|"]
    for entry in entries:
        verdict = "**missed**" if entry["verdict"] == "missed" else entry["verdict"]
        lines.append(f"| {entry['what']} | {number(entry['most'])} {entry['unit']} | {cell(figures, entry['key'])} | "
                     f"{number(entry['in_tree'])} | {verdict} |".replace("  |", " |"))
    return "\n".join(lines) + "\n"


# ---- the rest ----

def cost_tables(figures):
    yield table(figures, "Instructions of one command",
                ["command", "SEND", "legacy ioctl", "in-tree", "bare client", "legacy to in-tree"],
                [[TITLES[case], f"instructions/instructions/{case}/send", f"instructions/instructions/{case}/legacy",
                  in_tree(case, "instructions/instructions/{}/in-tree"), f"instructions/instructions/{case}/bare",
                  in_tree(case, "instructions/ratio/{}/legacy")] for case in CASES])
    yield table(figures, "Mailbox commands",
                ["command", "cold", "warm"],
                [[f"query, tunnels: {n}", f"counts/commands/cold-query/{n}-tunnels",
                  f"counts/commands/warm-query/{n}-tunnels"] for n in (1, 2, 3)] +
                [["change, tunnels: 1", "counts/commands/cold-change", "counts/commands/warm-change"]])
    yield table(figures, "Processor time of a waiting caller, percent", ["command takes", "ours", "in-tree"],
                [[f"{us / 1000:g} ms", f"model/cpu-percent/{us}-us/own", f"model-in-tree/cpu-percent/{us}-us/in-tree"]
                 for us in (1000, 100000, 1500000)])


def time_tables(figures):
    head = ["command", "ours", "bare client", "ours to bare"]
    yield table(figures, "QEMU's devices: us for one command, median (tenths)", head + ["in-tree", "ours to in-tree"],
                [[TITLES[case], f"time/us/{case}/own", f"time/us/{case}/bare", f"time/time-ratio/{case}/own-to-bare",
                  in_tree(case, "time/us/{}/in-tree"), in_tree(case, "time/time-ratio/{}/own-to-in-tree")]
                 for case in CASES])
    yield table(figures, "The model: us for one command, median (tenths)",
                head + ["in-tree", "bare client there", "in-tree to bare"],
                [[TITLES[case], f"time-model/us/{case}/own", f"time-model/us/{case}/bare",
                  f"time-model/time-ratio/{case}/own-to-bare", in_tree(case, "time-model-in-tree/us/{}/in-tree"),
                  in_tree(case, "time-model-in-tree/us/{}/bare"),
                  in_tree(case, "time-model-in-tree/time-ratio/{}/in-tree-to-bare")] for case in ON_MODEL])
    cold = [["first after the bind: Identify", "identify"], ["first to a device: tunneled Identify", "tunneled-identify"]]
    yield table(figures, "Cold: us for one command of ours, median (tenths)", ["command", "model", "QEMU's device"],
                [[name, f"time-model/cold-us/{case}/own", f"time/cold-us/{case}/own"] for name, case in cold] +
                [["first to another device: tunneled Set Timestamp", f"time-model/cold-us/{CHANGE}/own", None]])


def scale_tables(figures):
    yield table(figures, "Many destinations", ["known", "instructions of a warm query"],
                [[f"{n:,}", f"scale/scale/instructions/{n}-destinations"] for n in (1, 16, 256, 4096)] +
                [["the first query to one", "scale/scale/instructions/first-query"]])
    yield table(figures, "Many files",
                ["files", "instructions of a warm query", "worst wait in turns", "served, most to least",
                 "us for one command, of all together"],
                [[str(n), f"scale/scale/instructions/{n}-files", f"model/turns/worst/{n}-files",
                  f"model/served-ratio/{n}-files", f"model/us-per-command/{n}-files"] for n in (1, 8, 64)])


def main():
    folder, parts = pathlib.Path(sys.argv[1]), sys.argv[2:]
    figures = Figures(collect(folder))
    entries = list(judged(figures))
    text = [budget(figures, entries), *cost_tables(figures), *time_tables(figures), *scale_tables(figures)]
    (folder / "table.md").write_text("\n".join(text))
    told = {"figures": figures.figures, "budget": entries}
    (folder / "figures.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")
    missing = sorted({key for key in figures.missing if key.split("/")[0] in parts})
    for key in missing:
        print(f"not measured: {key}", file=sys.stderr)
    sys.exit(1 if missing else 0)


main()
