# Statistics against another implementation (scipy), and over many trials.
check_PROGRAMS += tests/stats/stats_eval
tests_stats_stats_eval_LDADD = libtacho.a

if HAVE_PYTHON3
TESTS += tests/stats/check-stats.py
endif
EXTRA_DIST += tests/stats/check-stats.py
