#!/usr/bin/env python3
"""Compare the codes of AMD's and Arm's CPUs with public lists.

	tests/check-vendor-amd-arm.py PMU_EVENTS TELEMETRY

PMU_EVENTS is tools/perf/pmu-events of Linux (6.11 or later, for Zen 5),
TELEMETRY a copy of Arm's telemetry-solution.  They are large and not part of
this tree, so this is no part of "make check": run it after a change to these
codes.

Every [event] with a key "vendor" is looked up there.  "a + b" are masks of one
event added up, ":cN" is a threshold.
"""

import json
import pathlib
import re
import sys

# Which files of events/arm each core loads: see cpus.map.
SLOTS = ["pmuv3", "neoverse-slots"]
STALLS = SLOTS + ["neoverse-stalls"]
ARM = {"n1": ["pmuv3"], "n2": SLOTS, "n2-r0p3": SLOTS, "v1": SLOTS,
       "v2": SLOTS, "n3": STALLS, "v3": STALLS}

UNITS = {None: "cpu", "L3PMC": "amd_l3", "DFPMC": "amd_df",
         "UMCPMC": "amd_umc"}
FIELDS = {"RdWrMask": "rdwrmask", "EnAllCores": "enallcores",
          "EnAllSlices": "enallslices", "SliceId": "sliceid",
          "ThreadMask": "threadmask"}


def sections(path, kind):
    """(name, {key: value}) of each section of that kind."""
    found, last = [], None
    for line in path.read_text().splitlines():
        if line.startswith("["):
            found.append((line[1:].rstrip("]").split(" "), {}))
        elif line[:1].isspace() and found and last:
            found[-1][1][last] += " " + line.strip()
        elif "=" in line and not line.startswith("#") and found:
            last, value = (s.strip() for s in line.split("=", 1))
            found[-1][1][last] = value
    return [(name[1], keys) for name, keys in found if name[0] == kind]


def our_code(raw):
    pmu, terms = re.fullmatch(r"([^/]+)/(.*)/", raw).groups()
    code = dict(term.split("=") for term in terms.split(","))
    return pmu, {key: int(value, 0) for key, value in code.items()}


def amd_code(events, spelling):
    """PMU and terms of "a + b" or "a:c6"."""
    spelling, _, threshold = spelling.partition(":c")
    pmu, code = None, {}
    for name in spelling.split(" + "):
        event = events[name]
        number = int(event["EventCode"], 0)
        if code and code["event"] != number:
            raise KeyError(name)
        pmu = UNITS[event.get("Unit")]
        code["event"] = number
        code["umask"] = code.get("umask", 0) | int(event.get("UMask", "0"), 0)
        for key, term in FIELDS.items():
            if key in event:
                code[term] = int(event[key], 0)
    if threshold:
        code["cmask"] = int(threshold)
    return pmu, code


def same(ours, theirs):
    """A mask of 0 need not be there."""
    return [{k: v for k, v in c.items() if v or k == "event"}
            for c in (ours[1], theirs[1])], ours[0] == theirs[0]


def check_amd(folder, lists):
    compared = wrong = 0
    unknown = []
    for path in sorted(folder.glob("zen*.events")):
        events = {}
        for file in (lists / f"amd{path.stem}").glob("*.json"):
            for event in json.loads(file.read_text()):
                if "EventName" in event:
                    events[event["EventName"].lower()] = event
        for name, keys in sections(path, "event"):
            if "vendor" not in keys:
                unknown.append(f"{path.name}: {name}: {keys['raw']}")
                continue
            compared += 1
            ours = our_code(keys["raw"])
            try:
                theirs = amd_code(events, keys["vendor"])
                codes, pmu = same(ours, theirs)
                good = codes[0] == codes[1] and pmu
            except KeyError:
                theirs, good = "not in the list", False
            if not good:
                wrong += 1
                print(f"{path.name}: {name}: {keys['vendor']}: {theirs}, "
                      f"here {ours}")
    return compared, wrong, unknown


def check_arm(folder, lists):
    compared = wrong = 0
    for core, files in ARM.items():
        data = json.loads((lists / f"neoverse-{core}.json").read_text())
        width = data["product_configuration"]["num_slots"]
        stem = core.split("-")[0]
        constants = dict(sections(folder / f"neoverse-{stem}.metrics",
                                  "constant"))
        ours = int(constants["pipeline_width"]["value"])
        compared += 1
        if ours != width:
            wrong += 1
            print(f"neoverse-{core}: {width} slots, here {ours}")
        for file in files:
            for name, keys in sections(folder / f"{file}.events", "event"):
                compared += 1
                event = data["events"].get(keys["vendor"], {"code": "-1"})
                code = our_code(keys["raw"])[1]
                if code != {"event": int(event["code"], 0)}:
                    wrong += 1
                    print(f"{core}: {file}.events: {name}: {keys['vendor']} "
                          f"is {event['code']}, here {code}")
    return compared, wrong


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = pathlib.Path(__file__).parent.parent / "events"
    amd, wrong, unknown = check_amd(
        folder / "x86", pathlib.Path(sys.argv[1]) / "arch" / "x86")
    arm, more = check_arm(
        folder / "arm", pathlib.Path(sys.argv[2]) / "data/pmu/cpu/neoverse")
    for text in unknown:
        print(f"no vendor's name: {text}")
    print(f"AMD: {amd} codes compared, {wrong} wrong, {len(unknown)} without "
          f"a vendor's name; Arm: {arm} compared, {more} wrong")
    return wrong + more > 0


if __name__ == "__main__":
    sys.exit(main())
