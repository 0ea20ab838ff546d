#!/usr/bin/env python3
"""Compare -x and -j with what perf 6.1 prints, field by field, as TAP.

Counts differ from run to run, so numbers are compared by their shape: the
digits after the point must be as many.  Rates may have another step (K, M, G).
Skips where there is no perf 6.1.
"""
import os
import re
import shutil
import subprocess
import sys

TACHO = os.environ.get("TACHO", "./tacho")
COUNT = "i=0; while [ $i -lt %d ]; do i=$((i+1)); done"
COMMAND = ["sh", "-c", COUNT % 20000]
# for some intervals, also on a busy machine
LONGER = ["sh", "-c", COUNT % 200000]
EVENTS = "task-clock,context-switches,page-faults,cpu-clock"
FORMATS = (["-x,"], ["-x;"], ["-j"])
MODES = (
    ["-e", EVENTS],
    ["-e", "alignment-faults,dummy"],
    ["-e", "task-clock:u,page-faults:u"],
    ["-r", "3", "-e", EVENTS],
    ["-I", "15", "-e", EVENTS],
    ["-I", "15", "-r", "2", "-e", EVENTS],
    ["-n"],
    ["-a", "-e", EVENTS],
    ["-a", "-A", "-e", EVENTS],
    ["-a", "--per-core", "-e", EVENTS],
    ["-a", "--per-die", "-e", EVENTS],
    ["-a", "--per-socket", "-e", EVENTS],
    ["-a", "--per-node", "-e", EVENTS],
    ["-a", "-I", "15", "-A", "-e", EVENTS],
    ["-a", "-I", "15", "--per-socket", "-e", EVENTS],
    ["-a", "-e", "task-clock", "-G", "/"],
)


def shape(line):
    """Every number as N, or N.2 with two digits after the point."""
    line = re.sub(r"\d+(?:\.(\d+))?",
                  lambda m: "N.%d" % len(m.group(1)) if m.group(1) else "N",
                  line)
    return re.sub(r"[KMG]?/sec", "/sec", line)


def run(program, fmt, mode):
    """Exit status and the lines of stderr, as shapes."""
    command = LONGER if "-I" in mode else COMMAND
    done = subprocess.run([program, "stat"] + fmt + mode + ["--"] + command,
                          stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          env=dict(os.environ, LC_ALL="C"), check=False)
    lines = [shape(x) for x in
             done.stderr.decode("utf-8", "replace").splitlines()]
    if "-I" in mode:
        # As many intervals as the machine's mood gives, and in some of them
        # the command may not have run; how wide the time is says nothing.
        lines = sorted(set(x.strip() for x in lines
                           if "<not counted>" not in x))
    return done.returncode, lines


def main():
    perf = shutil.which("perf")
    version = ""
    if perf:
        version = subprocess.run([perf, "--version"], stdout=subprocess.PIPE,
                                 check=False).stdout.decode()
    if not version.startswith("perf version 6.1"):
        print("1..0 # SKIP there is no perf 6.1 to compare with")
        return 0
    cases = [(fmt, mode) for mode in MODES for fmt in FORMATS]
    print("1..%d" % len(cases))
    failed = 0
    for number, (fmt, mode) in enumerate(cases, 1):
        name = " ".join(fmt + mode)
        status, theirs = run(perf, fmt, mode)
        if status:
            print("ok %d - %s # SKIP perf may not do that here"
                  % (number, name))
            continue
        status, ours = run(TACHO, fmt, mode)
        good = status == 0 and ours == theirs
        print("%s %d - %s" % ("ok" if good else "not ok", number, name))
        if not good:
            failed += 1
            print("# status %d" % status)
            for line in theirs:
                print("# perf:  " + line)
            for line in ours:
                print("# tacho: " + line)
    return 1 if failed else 0


sys.exit(main())
