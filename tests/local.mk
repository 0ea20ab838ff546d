EXTRA_DIST += $(TESTS)
include tests/unit/local.mk
