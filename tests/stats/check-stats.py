#!/usr/bin/env python3
"""Compare the statistics of tacho with those of scipy and numpy.

Prints TAP; skips where scipy is missing.  Run it in the build directory, or
say where the programs are: check-stats.py [DIRECTORY].

Student's distribution is taken from scipy's incomplete beta function: its own
is wrong in the ninth figure where the degrees of freedom are no whole number.
"""
import os
import subprocess
import sys
import warnings

try:
    import numpy as np
    import scipy.special as sc
    import scipy.stats as st
except ImportError:
    # another Python may stand before the one that the system's packages are for
    SYSTEM = "/usr/bin/python3"
    if os.path.exists(SYSTEM) and "TACHO_STATS_AGAIN" not in os.environ:
        os.environ["TACHO_STATS_AGAIN"] = "1"
        os.execv(SYSTEM, [SYSTEM] + sys.argv)
    print("1..0 # SKIP python3-scipy is not installed")
    sys.exit(0)

WHERE = sys.argv[1] if len(sys.argv) > 1 else "tests/stats"
CLOSE = 1e-9
LEAST = 1e-12  # chances below that are told apart by nobody
warnings.simplefilter("ignore")


class Questions:
    """Lines for stats_eval and what they should be answered with."""

    def __init__(self):
        self.lines = []
        self.expected = []
        self.kinds = []
        self.within = []  # absolute; None: CLOSE

    def ask(self, kind, words, expected, within=None):
        self.lines.append(" ".join([kind] + [str(w) for w in words]))
        self.expected.append([float(e) for e in expected])
        self.within.append(within)
        self.kinds.append(kind)

    def check(self):
        run = subprocess.run([os.path.join(WHERE, "stats_eval")],
                             input="\n".join(self.lines) + "\n",
                             capture_output=True, text=True, check=True)
        answers = run.stdout.splitlines()
        worst = {}
        bad = []
        if len(answers) != len(self.lines):
            bad.append("%d answers to %d questions"
                       % (len(answers), len(self.lines)))
        for line, kind, answer, expected, within in zip(
                self.lines, self.kinds, answers, self.expected, self.within):
            got = [float(w) for w in answer.split()]
            if len(got) != len(expected):
                bad.append("%s: %s" % (line[:60], answer))
                continue
            for i, (g, e) in enumerate(zip(got, expected)):
                off = abs(g - e) / max(abs(e), LEAST)
                limit = CLOSE
                if within and within[i]:
                    off, limit = abs(g - e) / within[i], 1
                worst[kind] = max(worst.get(kind, 0.0), off)
                if not off <= limit:
                    bad.append("%s: %.17g, scipy %.17g" % (line[:60], g, e))
        return worst, bad


def student_above(t, freedom):
    half = 0.5 * sc.betainc(freedom / 2, 0.5, freedom / (freedom + t * t))
    return half if t >= 0 else 1 - half


def student_quantile(p, freedom):
    x = sc.betaincinv(freedom / 2, 0.5, 2 * min(p, 1 - p))
    t = np.sqrt(freedom * (1 - x) / x)
    return t if p > 0.5 else -t


def words(x):
    return [len(x)] + [repr(float(v)) for v in x]


def draws(rng):
    """Samples as measurements have them, of many sizes."""
    for n in (2, 3, 5, 8, 9, 20, 64, 300):
        yield rng.normal(1e9, 1e7, n)
        yield rng.lognormal(0, 1, n)
        yield np.round(rng.normal(20, 3, n))  # with ties
        yield rng.standard_t(2, n)


def ask_all(q):
    rng = np.random.default_rng(42)
    for x in draws(rng):
        n = len(x)
        half = student_quantile(0.975, n - 1) * st.sem(x)
        q.ask("of", words(x), [
            x.mean(), np.median(x), x.std(ddof=1), st.sem(x),
            x.mean() - half, x.mean() + half, x.min(), x.max()])
        for p in (0, 0.025, 0.25, 0.5, 0.75, 0.9, 1):
            q.ask("quantile", [p] + words(x), [np.quantile(x, p)])
    for freedom in (1, 2, 3.7, 9, 25.5, 99, 1e4):
        for p in (1e-6, 1e-4, 0.025, 0.3, 0.8, 0.975, 0.9999):
            t = student_quantile(p, freedom)
            q.ask("student", [p, freedom], [t, 1 - p])
    for p in (1e-12, 1e-5, 0.025, 0.4, 0.975, 0.99999):
        q.ask("normal", [p], [st.norm.ppf(p)])
    for a in draws(rng):
        for b in draws(rng):
            if len(a) * len(b) > 64 * 64:
                continue
            shifted = b * 1.02
            ask_tests(q, a, shifted)


def ask_tests(q, a, b):
    va, vb = a.var(ddof=1) / len(a), b.var(ddof=1) / len(b)
    if va + vb > 0:
        t, _ = st.ttest_ind(b, a, equal_var=False)
        freedom = (va + vb)**2 / (va**2 / (len(a) - 1) + vb**2 / (len(b) - 1))
        q.ask("welch", words(a) + words(b), [
            t, freedom, 2 * student_above(abs(t), freedom)])
    both = np.concatenate([a, b])
    if len(set(both)) == 1:
        return
    exact = (min(len(a), len(b)) <= 8 and max(len(a), len(b)) <= 64
             and len(set(both)) == len(both))
    u, p = st.mannwhitneyu(a, b, alternative="two-sided",
                           method="exact" if exact else "asymptotic")
    q.ask("ranks", words(a) + words(b), [u, p])


RESAMPLES = 1999  # of ours
# Of the width of an interval: so far apart may two bootstraps be that draw as
# often as these.  The end of a percentile interval is known to
# sqrt(p (1 - p) / n) / density, which is 0.019 of the width for p = 0.01.
MONTE_CARLO = 0.08


def ask_bootstrap(q):
    rng = np.random.default_rng(43)
    for paired in (1, 0):
        for n in (15, 20, 40, 100):
            common = rng.normal(0, 3, n) if paired else 0
            for a, b in (
                    (rng.normal(100, 1, n), rng.normal(102, 1, n)),
                    (rng.normal(50, 5, n) + common,
                     rng.normal(50, 5, n) + common),
                    (100 + rng.exponential(3, n), 101 + rng.exponential(3, n)),
                    (1e9 + rng.lognormal(0, 1, n) * 1e6,
                     1e9 + rng.lognormal(0, 1, n + 10 * (1 - paired)) * 1e6)):
                ask_drawn(q, paired, a, b)


def ask_drawn(q, paired, a, b):
    """Percentiles, expanded as Hesterberg (2015) does it."""
    na, nb = len(a), len(b)
    va, vb = a.var(ddof=1) / na, b.var(ddof=1) / nb
    freedom = na - 1
    widen = np.sqrt(na / (na - 1))
    if not paired:
        freedom = (va + vb)**2 / (va**2 / (na - 1) + vb**2 / (nb - 1))
        widen = np.sqrt((va + vb) / (va * (na - 1) / na + vb * (nb - 1) / nb))
    z = student_quantile(0.975, freedom) * widen
    z *= 1 + 1 / np.sqrt(2 * RESAMPLES)
    expected = []
    within = []
    for statistic in (lambda x, y, axis: y.mean(axis) - x.mean(axis),
                      lambda x, y, axis: y.mean(axis) / x.mean(axis) - 1):
        r = st.bootstrap((a, b), statistic, paired=bool(paired),
                         vectorized=True, n_resamples=9999,
                         confidence_level=1 - 2 * st.norm.sf(z),
                         method="percentile",
                         random_state=np.random.default_rng(1))
        lo, hi = r.confidence_interval
        width = MONTE_CARLO * (hi - lo)
        value = statistic(a, b, -1)
        expected += [value, lo, hi]
        within += [1e-9 * (hi - lo), width, width]
    q.ask("drawn", [paired] + words(a) + words(b), expected, within)


def main():
    number = 0
    failed = 0
    q = Questions()
    ask_all(q)
    ask_bootstrap(q)
    worst, bad = q.check()
    kinds = sorted(set(q.kinds))
    print("1..%d" % len(kinds))
    for kind in kinds:
        number += 1
        mine = [b for b in bad if b.startswith(kind) or "answers" in b]
        print("%s %d - '%s' agrees with scipy in %d cases, to %.1g%s" % (
            "not ok" if mine else "ok", number, kind, q.kinds.count(kind),
            worst.get(kind, 0.0),
            " of the Monte-Carlo error" if kind == "drawn" else ""))
        for b in mine[:10]:
            print("# " + b)
        failed += bool(mine)
    return 1 if failed else 0


sys.exit(main())
