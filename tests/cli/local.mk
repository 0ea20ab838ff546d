# The program as people and scripts meet it; each script prints TAP.
CLI_TESTS = \
	tests/cli/doctor_test.sh \
	tests/cli/perf-formats.py

TESTS += $(CLI_TESTS)
EXTRA_DIST += $(CLI_TESTS)
