# What the program prints, word by word.
GOLDEN_TESTS =
GOLDEN_TESTS += tests/golden/run-golden.sh

TESTS += $(GOLDEN_TESTS)
EXTRA_DIST += $(GOLDEN_TESTS)

# A directory: what --accept adds is not forgotten.
EXTRA_DIST += $(srcdir)/tests/golden/*.cmd $(srcdir)/tests/golden/*.out \
	$(srcdir)/tests/golden/*.err $(srcdir)/tests/golden/*.glob \
	$(srcdir)/tests/golden/*.status
