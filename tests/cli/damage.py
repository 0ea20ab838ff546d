#!/usr/bin/env python3
"""Damaged recordings through the real program.

	damage.py TACHO SEED NUMBER DIRECTORY FILE...

Makes NUMBER damaged ones of the FILEs, has each compared in every format, and
prints what is wrong: an end by a signal, a status that is not documented, a
failure without a message, JSON that is none.
"""
import json
import random
import subprocess
import sys

FORMATS = ["text", "markdown", "html", "json", "csv"]
# most of them may be, and are far from what the others are
NUMBERS = [0, 1, 1, 2**31, 10**12, 10**15, 2**62, -1, 2**64 - 1, 1e308]
TEXTS = ["", "\x1b[31m", "<script>", "a" * 3000, '"\n', "\u202e", "%s%n",
         "perf", "cachegrind", "cycles", "0"]


def places(value, path=()):
    """The paths of all that is in a value."""
    items = []
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from places(item, path + (key,))
    if path:
        yield path


def damage(chance, line):
    """Change one thing in a line."""
    paths = list(places(line))
    if not paths:
        return
    path = chance.choice(paths)
    inside = line
    for key in path[:-1]:
        inside = inside[key]
    value = inside[path[-1]]
    if isinstance(inside, dict) and chance.random() < 0.1:
        del inside[path[-1]]
    elif isinstance(value, bool):
        inside[path[-1]] = not value
    elif isinstance(value, (int, float)):
        inside[path[-1]] = chance.choice(NUMBERS)
    elif isinstance(value, list) and value and chance.random() < 0.5:
        value.append(value[-1])
    elif isinstance(value, list) and value:
        value.pop()
    else:
        inside[path[-1]] = chance.choice(TEXTS)


def spoil(chance, lines):
    """Mostly numbers of runs: little of a header may be anything."""
    runs = [line for line in lines if "run" in line]
    for _ in range(chance.choice([1, 1, 2, 5])):
        kind = chance.random()
        if kind < 0.3:
            damage(chance, chance.choice(lines))
        elif kind < 0.4:
            damage(chance, chance.choice(lines).get("provenance", {}))
        elif kind < 0.6:
            damage(chance, chance.choice(runs)["counters"])
        else:
            run = chance.choice(runs)
            key = chance.choice([key for key in run if key.endswith("_ns")
                                 or isinstance(run[key], bool)])
            value = run[key]
            run[key] = (not value if isinstance(value, bool)
                        else chance.choice(NUMBERS))
    kind = chance.random()
    if kind < 0.05:
        chance.shuffle(lines)
    elif kind < 0.1:
        lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    elif kind < 0.15:
        del lines[chance.randrange(len(lines))]


def compare(tacho, path, form):
    """Is it taken, and what is wrong with what the program makes of it."""
    done = subprocess.run(
        [tacho, "diff", "--drop-disturbed", "--fail-if", "time > +1%",
         "--all", "--format", form, path],
        stdin=subprocess.DEVNULL, capture_output=True, check=False)
    taken = done.returncode in (0, 3, 4)
    wrong = None
    if done.returncode not in (0, 1, 2, 3, 4):
        wrong = "status %d: %s" % (done.returncode, done.stderr[-300:])
    elif done.returncode and not done.stderr.startswith(b"tacho: "):
        wrong = "status %d without a reason" % done.returncode
    elif not taken and done.stdout:
        wrong = "output of a failure"
    elif b"\x1b" in done.stdout + done.stderr:
        wrong = "a terminal is sent what the file has"
    elif taken and form == "json":
        try:
            json.loads(done.stdout)
        except ValueError as why:
            wrong = "JSON: %s" % why
    return taken, wrong


def main():
    tacho, seed, number, folder = sys.argv[1:5]
    chance = random.Random(int(seed))
    taken = 0
    for i in range(int(number)):
        with open(chance.choice(sys.argv[5:]), encoding="utf-8") as f:
            lines = [json.loads(line) for line in f]
        spoil(chance, lines)
        path = "%s/damaged.rec" % folder
        with open(path, "w", encoding="utf-8") as f:
            for line in lines:
                f.write(json.dumps(line) + "\n")
        for form in FORMATS:
            was_taken, wrong = compare(tacho, path, form)
            taken += was_taken
            if wrong:
                print("seed %s, file %d, %s: %s" % (seed, i, form, wrong))
    # damage that is always refused would say nothing of comparisons
    if not taken:
        print("none of them was taken")


main()
