# The program as people and scripts meet it; each script prints TAP.
CLI_TESTS =
CLI_TESTS += tests/cli/as_perf.sh
CLI_TESTS += tests/cli/attach.sh
CLI_TESTS += tests/cli/calibrate.sh
CLI_TESTS += tests/cli/build.sh
CLI_TESTS += tests/cli/compare.sh
CLI_TESTS += tests/cli/comparison-html.sh
CLI_TESTS += tests/cli/churn.sh
CLI_TESTS += tests/cli/ci.sh
CLI_TESTS += tests/cli/control.sh
CLI_TESTS += tests/cli/diff.sh
CLI_TESTS += tests/cli/doctor_test.sh
CLI_TESTS += tests/cli/formats.sh
CLI_TESTS += tests/cli/hygiene.sh
CLI_TESTS += tests/cli/import.sh
CLI_TESTS += tests/cli/look.sh
CLI_TESTS += tests/cli/loop.sh
CLI_TESTS += tests/cli/options.sh
CLI_TESTS += tests/cli/output.sh
CLI_TESTS += tests/cli/recording.sh
CLI_TESTS += tests/cli/repeat.sh
CLI_TESTS += tests/cli/rules.sh
CLI_TESTS += tests/cli/signals.sh
CLI_TESTS += tests/cli/simulate.sh
CLI_TESTS += tests/cli/status.sh
CLI_TESTS += tests/cli/top.sh
CLI_TESTS += tests/cli/uncounted.sh
CLI_TESTS += tests/cli/usage.sh
CLI_TESTS += tests/cli/verdict.sh
CLI_TESTS += tests/cli/verdict-loops.sh
CLI_TESTS += tests/cli/when.sh
CLI_TESTS += tests/cli/wide.sh

# What they measure; never with sanitizers, whose shadow memory has page
# faults of its own.
check_PROGRAMS += tests/cli/victim
tests_cli_victim_CFLAGS = -std=gnu17 $(WARN_CFLAGS) -pthread
tests_cli_victim_LDFLAGS =
tests_cli_victim_LDADD =

check_PROGRAMS += tests/cli/churn
tests_cli_churn_CFLAGS = -std=gnu17 $(WARN_CFLAGS) -pthread
tests_cli_churn_LDFLAGS =
tests_cli_churn_LDADD =

check_PROGRAMS += tests/cli/rounds
tests_cli_rounds_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_cli_rounds_LDFLAGS =
tests_cli_rounds_LDADD =

check_PROGRAMS += tests/cli/forbid
tests_cli_forbid_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_cli_forbid_LDFLAGS =
tests_cli_forbid_LDADD =

TESTS += $(CLI_TESTS)
if HAVE_PYTHON3
TESTS += tests/cli/perf-formats.py
endif
EXTRA_DIST += $(CLI_TESTS) tests/cli/judge.sh tests/cli/lib.sh \
	tests/cli/damage.py tests/cli/perf-formats.py tests/cli/read-page.py tests/cli/show-page.py
