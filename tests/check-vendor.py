#!/usr/bin/env python3
"""Compare the codes in events/x86 with the vendor's own lists.

	tests/check-vendor.py PERFMON

PERFMON is a copy of https://github.com/intel/perfmon; it is large and not part
of this tree, so this is no part of "make check": run it after a change to the
codes of an Intel CPU.  Every [event] section with a key "vendor" is looked up
there, in the list of each CPU that its file serves, and event, umask and the
fields for threshold, edge, inversion and any-thread must be the same.  Where
"raw" is a name of the kernel's, the code is that of "otherwise".

"vendor" is a name of the lists, with what the vendor's metrics add to it: :cN
is a threshold, :eN edges, :uN another umask.
"""

import json
import pathlib
import re
import sys

# A list that serves a file: every name must mean the same in all of them.
LISTS = {
    "skx.events": {"cpu": ["SKX/events/skylakex", "CLX/events/cascadelakex"]},
    "icx.events": {"cpu": ["ICX/events/icelakex"]},
    "spr-core.events": {"cpu": ["SPR/events/sapphirerapids",
                                "EMR/events/emeraldrapids",
                                "GNR/events/graniterapids"]},
    "spr.events": {"cpu": ["SPR/events/sapphirerapids",
                           "EMR/events/emeraldrapids"]},
    "gnr.events": {"cpu": ["GNR/events/graniterapids"]},
    "adl.events": {"cpu_core": ["ADL/events/alderlake_goldencove"],
                   "cpu_atom": ["ADL/events/alderlake_gracemont"]},
}

# What a file takes from one CPU and replaces for another.
REPLACED = {
    ("spr-core.events", "GNR"): {"l1i_miss", "rs_empty_resource"},
}

FIELDS = {"CounterMask": "cmask", "Invert": "inv", "EdgeDetect": "edge",
          "AnyThread": "any"}
MSR_PEBS_FRONTEND = 0x3f7


def number(text):
    return int(str(text).split(",")[0] or "0", 0)


def sections(path):
    """(name, {key: value}) of each [event] section."""
    found, last = [], None
    for line in path.read_text().splitlines():
        if line.startswith("[event "):
            found.append((line[7:].rstrip("]"), {}))
        elif line.startswith("["):
            found.append((None, {}))
        elif line[:1].isspace() and found and last:
            found[-1][1][last] += " " + line.strip()
        elif "=" in line and not line.startswith("#") and found:
            last, value = (s.strip() for s in line.split("=", 1))
            found[-1][1][last] = value
    return [(name, keys) for name, keys in found if name]


def load(perfmon, stem):
    """All events of a CPU, by name; core and uncore."""
    events = {}
    stems = [stem + "_core.json", stem + "_uncore.json",
             stem + "_uncore_experimental.json"]
    for name in stems:
        path = perfmon / name
        if path.exists():
            for event in json.loads(path.read_text())["Events"]:
                events[event["EventName"]] = event
    return events


def vendor_code(events, spelling):
    name, *changes = spelling.split(":")
    event = events[name]
    code = {"event": number(event["EventCode"]),
            "umask": number(event["UMask"])}
    for key, term in FIELDS.items():
        if number(event.get(key, "0")):
            code[term] = number(event[key])
    if number(event.get("MSRIndex", "0")) == MSR_PEBS_FRONTEND:
        code["frontend"] = number(event["MSRValue"])
    for change in changes:
        key = {"c": "cmask", "e": "edge", "u": "umask"}[change[0]]
        code[key] = number(change[1:])
    return code


def our_code(raw):
    pmu, terms = re.fullmatch(r"([^/]+)/(.*)/", raw).groups()
    code = dict(term.split("=") for term in terms.split(","))
    return pmu, {key: number(value) for key, value in code.items()}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    perfmon = pathlib.Path(sys.argv[1])
    folder = pathlib.Path(__file__).parent.parent / "events" / "x86"
    checked = wrong = 0
    unchecked = []
    for file, by_pmu in LISTS.items():
        lists = {pmu: {stem: load(perfmon, stem) for stem in stems}
                 for pmu, stems in by_pmu.items()}
        for name, keys in sections(folder / file):
            if "vendor" not in keys:
                unchecked.append(f"{file}: {name}: {keys['raw']}")
                continue
            raw = keys["raw"] if "=" in keys["raw"] else keys["otherwise"]
            pmu, ours = our_code(raw)
            core = pmu if pmu in lists else "cpu"
            for stem, events in lists[core].items():
                if name in REPLACED.get((file, stem.split("/")[0]), ()):
                    continue
                checked += 1
                try:
                    theirs = vendor_code(events, keys["vendor"])
                except KeyError:
                    theirs = "not in the list"
                if ours != theirs:
                    wrong += 1
                    print(f"{file}: {name}: {keys['vendor']} of {stem}: "
                          f"{theirs}, here {ours}")
    for text in unchecked:
        print(f"no vendor's name: {text}")
    print(f"{checked} codes compared, {wrong} wrong, "
          f"{len(unchecked)} without a vendor's name")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
