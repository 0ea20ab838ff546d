#!/usr/bin/env python3
"""Do imported metrics have the values that another evaluator finds?

    check-import.py                   the small files beside this one
    check-import.py --trees [DIR...]  all metrics of the kernel's
                                      tools/perf/pmu-events and of perfmon

This reads the formulas in its own way (regular expressions for the words, one
recursive function with binding powers for the operators, Python's numbers) and
takes nothing from the C code but the rule by which inputs are made up.  What
the operators mean is from tools/perf/util/expr.y: | ^ & % on longs, a division
by 0 has no result, d_ratio() by 0 is 0.  Unlike there, an if looks only at the
branch that it takes.

Prints TAP.  Of trees it also prints how many metrics were read, were equal and
had no value, and why.
"""
import collections
import glob
import json
import math
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
EVAL = os.path.join(os.environ.get("abs_top_builddir", os.getcwd()),
                    "tests", "import", "eval_json")
ROUNDS = 6

# ---- inputs, as eval_json.c makes them


def made_up(round_, aspect, name):
    h = 14695981039346656037
    for byte in f"{round_}/{aspect}/{name}".encode():
        h = ((h ^ byte) * 1099511628211) & (2**64 - 1)
    h ^= h >> 32
    if aspect in ("exists", "cpuid"):
        return float(h % 2)
    if h % 8 == 0:
        return 0.0
    return (h >> 11) / 2**53 * 10.0 ** (h // 8 % 7)


# ---- the language

class Absent(Exception):
    """There is no value, and this is why."""


LITERALS = {
    "#smt_on": "smt_on", "#num_cpus": "num_cpus", "#num_cores": "num_cores",
    "#num_cpus_online": "num_cpus", "#num_packages": "num_packages",
    "#num_dies": "num_dies", "#core_wide": "core_wide",
    "#system_tsc_freq": "tsc_hz", "#slots": "pipeline_width",
}
CLOCKS = {"duration_time": "wall", "durationtimeinseconds": "wall",
          "system_time": "sys_time"}
QUESTIONS = {"source_count": "sources", "has_event": "exists",
             "strcmp_cpuid_str": "cpuid"}
POWERS = {"||": 1, "&&": 2, "|": 3, "^": 4, "&": 5, "==": 6, "!=": 6, "<": 6,
          ">": 6, "<=": 6, ">=": 6, "+": 7, "-": 7, "*": 8, "/": 8, "%": 8}
WORDS = re.compile(r"""\s*(?:
    (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?
        (?![0-9A-Za-z_.:@?\\]))
  | (?P<literal>\#[0-9A-Za-z_.]+)
  | (?P<name>(?:[0-9A-Za-z_.:@?]|\\[-,=\\])+(?:\[[0-9]+\])?)
  | (?P<op>\|\||&&|==|!=|[<>]\s*=|[-+*/%()<>|&^,!])
)""", re.X)


def words_of(text):
    at, out = 0, []
    text = text.rstrip()
    while at < len(text):
        m = WORDS.match(text, at)
        if not m:
            raise SyntaxError(f"column {at + 1} of {text!r}")
        kind = m.lastgroup
        word = m.group(kind)
        out.append((kind, word.replace(" ", "") if kind == "op" else word))
        at = m.end()
    return out


def whole(value):
    if not -2.0**63 <= value < 2.0**63:
        raise Absent("too large for a whole number")
    return int(value)


def finite(value):
    if math.isinf(value) or math.isnan(value):
        raise Absent("too large to compute")
    return value


def divided(a, b):
    if b == 0.0:
        raise Absent("division by zero")
    return finite(a / b)


def remainder(a, b):
    a, b = whole(a), whole(b)
    if b == 0:
        raise Absent("division by zero")
    return float(int(math.fmod(a, b)) if abs(a) < 2**53 and abs(b) < 2**53
                 else abs(a) % abs(b) * (-1 if a < 0 else 1))


STRICT = {
    "+": lambda a, b: finite(a + b), "-": lambda a, b: finite(a - b),
    "*": lambda a, b: finite(a * b), "/": divided, "%": remainder,
    "|": lambda a, b: float(whole(a) | whole(b)),
    "^": lambda a, b: float(whole(a) ^ whole(b)),
    "&": lambda a, b: float(whole(a) & whole(b)),
    "<": lambda a, b: float(a < b), ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b), ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b), "!=": lambda a, b: float(a != b),
}


class Reader:
    """A formula becomes nested functions of a lookup."""

    def __init__(self, text, aliases):
        self.words = words_of(text)
        self.at = 0
        self.aliases = aliases
        self.names = set()

    def peek(self):
        return self.words[self.at] if self.at < len(self.words) else ("", "")

    def take(self, word=None):
        kind, found = self.peek()
        if word is not None and found != word:
            raise SyntaxError(f"expected {word!r}, found {found!r}")
        self.at += 1
        return kind, found

    def all(self):
        f = self.choice()
        if self.at != len(self.words):
            raise SyntaxError(f"{self.peek()[1]!r} is too much")
        return f

    def choice(self):
        then = self.operators(0)
        if self.peek() != ("name", "if"):
            return then
        self.take()
        condition = self.operators(0)
        self.take("else")
        other = self.choice()
        return lambda get: (then(get) if condition(get) != 0.0
                            else other(get))

    def operators(self, power):
        left = self.operand()
        while True:
            kind, op = self.peek()
            if kind != "op" or POWERS.get(op, 0) <= power:
                return left
            self.take()
            left = self.joined(op, left, self.operators(POWERS[op]))

    @staticmethod
    def joined(op, a, b):
        if op == "&&":
            return lambda get: (float(b(get) != 0.0) if a(get) != 0.0
                                else 0.0)
        if op == "||":
            return lambda get: (1.0 if a(get) != 0.0
                                else float(b(get) != 0.0))
        compute = STRICT[op]

        def both(get):
            x = a(get)
            return compute(x, b(get))
        return both

    def operand(self):
        kind, word = self.take()
        if kind == "number":
            value = float(word)
            return lambda get: value
        if kind == "literal":
            return self.input("count", LITERALS.get(word.lower(), word))
        if (kind, word) == ("op", "-"):
            inner = self.operand()
            return lambda get: -inner(get)
        if (kind, word) == ("op", "!"):
            inner = self.operand()
            return lambda get: float(inner(get) == 0.0)
        if (kind, word) == ("op", "("):
            inner = self.choice()
            self.take(")")
            return inner
        if kind == "name" and word not in ("if", "else"):
            return self.word(word)
        raise SyntaxError(f"{word!r} begins nothing")

    def word(self, word):
        if word in QUESTIONS:
            self.take("(")
            _, name = self.take()
            self.take(")")
            return self.input(QUESTIONS[word], self.spelt(name))
        if word in ("min", "max", "d_ratio"):
            self.take("(")
            a = self.choice()
            self.take(",")
            b = self.choice()
            self.take(")")
            return self.function(word, a, b)
        bare, bracket, index = word.partition("[")
        if bare in self.aliases:
            meaning = self.aliases[bare]
            if callable(meaning):
                return meaning(self)
            return self.input("count", CLOCKS.get(meaning.lower(),
                                                  meaning + bracket + index))
        return self.input("count", self.spelt(word))

    @staticmethod
    def function(word, a, b):
        def both(get):
            x, y = a(get), b(get)
            if word == "min":
                return x if x < y else y
            if word == "max":
                return x if x > y else y
            return 0.0 if y == 0.0 else finite(x / y)
        return both

    def input(self, aspect, name):
        self.names.add((aspect, name))
        return lambda get: get(aspect, name)

    @staticmethod
    def spelt(word):
        word = re.sub(r"\\(.)|(@)|(\?)",
                      lambda m: m[1] or ("/" if m[2] else "0"), word)
        return CLOCKS.get(word.lower(), word)


# ---- perfmon's words

TOPDOWN = {
    "RETIRING": "retiring", "BAD_SPECULATION": "bad-spec",
    "FRONTEND_BOUND": "fe-bound", "BACKEND_BOUND": "be-bound",
    "HEAVY_OPERATIONS": "heavy-ops", "BRANCH_MISPREDICTS": "br-mispredict",
    "FETCH_LATENCY": "fetch-lat", "MEMORY_BOUND": "mem-bound",
}
TERMS = [(r"c(\d+)", "cmask"), (r"e(\d+)", "edge"), (r"i(\d+)", "inv"),
         (r"eq(\d+)", "eq"), (r"u(0x[0-9a-fA-F]+)", "umask"),
         (r"opc=(0x[0-9a-fA-F]+)", "filter_opc"),
         (r"tid=(0x[0-9a-fA-F]+)", "filter_tid"),
         (r"ocr_msr_val=(0x[0-9a-fA-F]+)", "offcore_rsp"),
         (r"filter1=(0x[0-9a-fA-F]+)", "config1")]


def formula(text):
    """An alias that stands for this."""
    def read(outer):
        inner = Reader(text, {})
        f = inner.all()
        outer.names |= inner.names
        return f
    return read


def event_alias(name):
    base, *mods = name.split(":")
    if base.startswith("PERF_METRICS.") and base[13:] in TOPDOWN:
        base = "topdown-" + TOPDOWN[base[13:]]
    if mods == ["one_unit"]:
        return formula(f"{base} / (source_count({base}) * #num_packages)")
    terms, levels = "", ""
    for mod in mods:
        if mod == "perf_metrics":
            continue
        if mod.lower() in ("sup", "user"):
            levels += {"sup": "k", "user": "u"}[mod.lower()]
            continue
        for pattern, term in TERMS:
            m = re.fullmatch(pattern, mod)
            if m:
                zeros = "0" * 8 if term == "config1" else ""
                terms += f",{term}={m[1]}{zeros}"
                break
        else:
            return name
    if not terms:
        return base + (":" + levels if levels else "")
    pmu = ("uncore_cha" if base.startswith("UNC_CHA_") else
           "uncore_cbox" if base.startswith("UNC_C_") else "cpu")
    return f"{pmu}/{base}{terms}/{levels}"


def constant_alias(name, events):
    known = {
        "HYPERTHREADING_ON": "#smt_on",
        "THREADS_PER_CORE": "#num_cpus / #num_cores",
        "CORES_PER_SOCKET": "#num_cores / #num_packages",
        "SOCKET_COUNT": "#num_packages",
        "SYSTEM_TSC_FREQ": "#system_tsc_freq",
        "DURATIONTIMEINSECONDS": "duration_time",
        "DURATIONTIMEINMILLISECONDS": "1000 * duration_time",
        "system.sockets[0].cpus.count * system.socket_count": "#num_cpus",
    }
    if name == "CHAS_PER_SOCKET":
        boxes = [e["Name"].split(":")[0] for e in events
                 if re.match("UNC_(CHA|C)_", e["Name"])]
        return formula(f"source_count({boxes[0]})") if boxes \
            else "chas_per_socket"
    if name in known:
        return formula(known[name])
    return formula(name) if name[0].isdigit() else name


def aliases_of(entry):
    out = {}
    for e in entry.get("Events", []):
        out[e["Alias"]] = event_alias(e["Name"])
    for c in entry.get("Constants", []):
        out[c["Alias"]] = constant_alias(c["Name"], entry.get("Events", []))
    return out


# ---- files

def factor_of(entry):
    """Shown values are this often the formula's; "%" multiplies by 100."""
    unit = entry.get("ScaleUnit") or entry.get("UnitOfMeasure") or ""
    number = re.match(r"[-+0-9.eE]*[0-9]", unit)
    factor = float(number[0]) if number else 1.0
    rest = unit[number.end():] if number else unit
    return factor / 100.0 if rest in ("%", "percent") else factor


def metrics_of(path):
    """(section name, formula, aliases, factor) of each metric."""
    with open(path, encoding="utf-8") as f:
        data = json.load(f)
    if isinstance(data, dict):
        data = data.get("Metrics", [])
    seen = set()
    for entry in data:
        text = entry.get("MetricExpr") or entry.get("Formula")
        if "MetricName" not in entry or not text:
            continue
        name = re.sub(r'[^!-~]|[][%"]', "_", entry["MetricName"]).rstrip("_")
        if name in seen and entry.get("Unit"):
            name += "@" + entry["Unit"]
        if name not in seen:
            seen.add(name)
            yield name, text, aliases_of(entry), factor_of(entry)


def value_of(f, factor, round_):
    try:
        value = f(lambda aspect, name: made_up(round_, aspect, name))
        return finite(value * factor) if factor != 1.0 else value
    except Absent as why:
        return str(why)


def cannot_bind(name):
    """Why an input has no meaning outside of the tool it is from."""
    if name.startswith("#"):
        return "a value that its authors do not have, either"
    if ":retire_latency" in name:
        return "latencies that only sampling tells"
    if re.search(r":(percore|one_unit)|\[", name):
        return "one unit or core out of several"
    if name == "chas_per_socket":
        return "the number of boxes, without an event of theirs"
    return None


class Count:
    def __init__(self):
        self.entries = self.parsed = self.equal = self.values = 0
        self.absent = collections.Counter()
        self.unbound = collections.Counter()
        self.wrong = []


def check(paths, count):
    out = subprocess.run([EVAL, str(ROUNDS), *paths], check=True,
                         capture_output=True, text=True).stdout
    theirs = {}
    for line in out.splitlines():
        path, name, round_, value = line.split("\t", 3)
        theirs[path, name, int(round_)] = value
    for path in paths:
        for name, text, aliases, factor in metrics_of(path):
            check_one(path, name, text, aliases, factor, theirs, count)
    # nothing may be there that this side does not know
    for (path, name, _), value in theirs.items():
        if name != "note":
            count.wrong.append(f"{path}: {name}: only there: {value}")


def check_one(path, name, text, aliases, factor, theirs, count):
    count.entries += 1
    reader = Reader(text, aliases)
    try:
        f = reader.all()
    except SyntaxError as why:
        f = None
        count.wrong.append(f"{path}: {name}: not read here: {why}")
    equal = f is not None
    for round_ in range(ROUNDS):
        got = theirs.pop((path, name, round_), "nothing")
        if f is None:
            continue
        want = value_of(f, factor, round_)
        if isinstance(want, str):
            same = got.startswith("absent: " + want)
            count.absent[want] += same
        else:
            same = got[0] in "-0123456789" and float(got) == want
            count.values += same
        if not same:
            equal = False
            count.wrong.append(f"{path}: {name}: round {round_}: "
                               f"{got}, and not {want}")
            break
        count.parsed += round_ == 0
    count.equal += equal
    for why in {cannot_bind(n) for _, n in reader.names} - {None}:
        count.unbound[why] += 1


# ---- what is run

number = 0


def tap(ok, sentence, details=()):
    global number
    number += 1
    print(f"{'ok' if ok else 'not ok'} {number} - {sentence}")
    for line in details:
        print(f"# {line}")
    return ok


def report(title, paths):
    count = Count()
    paths = sorted(paths)
    check(paths, count)
    tap(count.entries > 0 and not count.wrong,
        f"{title}: all metrics have the other evaluator's values",
        count.wrong[:20])
    print(f"# {title}: {len(paths)} files, {count.entries} metrics, "
          f"{count.parsed} read, {count.equal} equal in {ROUNDS} rounds: "
          f"{count.values} values")
    for what, n in (*count.absent.items(), ):
        print(f"#   {n} times no value: {what}")
    for why, n in count.unbound.items():
        print(f"#   {n} metrics are absent on any machine: {why}")


def json_below(*parts):
    return [p for p in glob.glob(os.path.join(*parts, "**", "*.json"),
                                 recursive=True)
            if "/scripts/" not in p]


def unpack_kernel(archive, to):
    """Only the directory in question, of one 140 MB archive."""
    subprocess.run(["tar", "-xf", archive, "-C", to, "--wildcards",
                    "*/tools/perf/pmu-events/arch/*"], check=True)
    return json_below(to)


def trees(dirs):
    for d in dirs:
        report(os.path.basename(os.path.normpath(d)), json_below(d))
    archives = sorted(glob.glob("/usr/src/linux-source-6.1*.tar.xz"))
    unpacked = json_below("/usr/src/linux-source-6.1*",
                          "tools/perf/pmu-events/arch")
    if archives:
        with tempfile.TemporaryDirectory() as tmp:
            report("Linux 6.1", unpack_kernel(archives[0], tmp))
    elif unpacked:
        report("Linux 6.1", unpacked)
    elif not dirs:
        print("ok 1 - the kernel's metrics # SKIP no /usr/src/linux-source-6.1*"
              " (apt install linux-source-6.1) and no IMPORT_DIRS")
        print("1..1")
        return
    print(f"1..{number}")


def main():
    sys.setrecursionlimit(100000)
    if sys.argv[1:2] == ["--trees"]:
        trees(sys.argv[2:])
        return
    report("files of ours", glob.glob(os.path.join(HERE, "*-like.json")))
    print(f"1..{number}")


main()
