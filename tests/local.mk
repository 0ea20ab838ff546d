# Every test prints TAP, so that the totals count cases and not files.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh

include tests/unit/local.mk
include tests/cli/local.mk
include tests/golden/local.mk
include tests/import/local.mk
include tests/inject/local.mk
include tests/machines/local.mk
include tests/recordings/local.mk
include tests/screen/local.mk
include tests/stats/local.mk
include tests/vm/local.mk
include tests/bench/local.mk

# what the views print for the scenes of tests/unit/scenes.c
EXTRA_DIST += tests/golden/views
# and for those of tests/unit/comparison_scenes.c
EXTRA_DIST += tests/golden/comparisons
# ... and of comparisons, for those of tests/unit/versus.c
EXTRA_DIST += tests/golden/comparison

CHECKS =
CHECKS += tests/check-docs.sh
CHECKS += tests/check-layers.sh
CHECKS += tests/check-pages.sh
TESTS += $(CHECKS)
# against the reference implementation of JSON Schema
if HAVE_PYTHON3
TESTS += tests/check-schema.py
endif
EXTRA_DIST += $(CHECKS) tests/check-schema.py tests/check-vendor.py \
	tests/check-vendor-amd-arm.py tests/tap.sh
