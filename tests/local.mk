# Every test prints TAP, so that the totals count cases and not files.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh

EXTRA_DIST += tests/tap.sh

TESTS += tests/check-layers.sh
TESTS += \
	tests/check-docs.sh \
	tests/check-layers.sh
EXTRA_DIST += \
	tests/check-docs.sh \
	tests/check-layers.sh \
	tests/tap.sh

include tests/unit/local.mk
include tests/cli/local.mk
include tests/unit/local.mk
include tests/machines/local.mk

# what the views print for the scenes of tests/unit/scenes.c
EXTRA_DIST += tests/golden/views

# Against the reference implementation of JSON Schema, where it is installed.
EXTRA_DIST += tests/check-schema.py
TESTS += tests/check-schema.py
include tests/vm/local.mk
include tests/bench/local.mk
