# The program itself while system calls fail, by strace.
INJECT_TESTS =
INJECT_TESTS += tests/inject/faults.sh
INJECT_TESTS += tests/inject/verdict.sh

TESTS += $(INJECT_TESTS)
EXTRA_DIST += $(INJECT_TESTS)
