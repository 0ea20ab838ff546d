# Statistics against another implementation (scipy), and over many trials.
check_PROGRAMS += tests/stats/stats_eval
tests_stats_stats_eval_LDADD = libtacho.a

check_PROGRAMS += tests/stats/trials
tests_stats_trials_SOURCES = \
	tests/stats/noise.c \
	tests/stats/noise.h \
	tests/stats/trials.c
tests_stats_trials_LDADD = libtacho.a

TESTS += tests/stats/trials
if HAVE_PYTHON3
TESTS += tests/stats/check-stats.py
endif
EXTRA_DIST += tests/stats/check-stats.py tests/stats/real-trials.sh

# Some minutes of them
check-trials: tests/stats/trials tacho
	tests/stats/trials --long
	srcdir=$(srcdir) sh $(srcdir)/tests/stats/real-trials.sh
.PHONY: check-trials
