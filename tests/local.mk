# Every test prints TAP, so that the totals count cases and not files.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh

include tests/unit/local.mk
include tests/cli/local.mk
include tests/machines/local.mk
