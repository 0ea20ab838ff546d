# One foo_test.c per foo.c, linked with the whole library.
UNIT_LIBS = libtacho.a $(JANSSON_LIBS) $(GSL_LIBS) $(SMARTCOLS_LIBS) \
	$(CPUID_LIBS) $(CAP_LIBS) $(CMOCKA_LIBS)
LDADD = $(UNIT_LIBS)

UNIT_TESTS =
UNIT_TESTS += tests/unit/cpu_test
UNIT_TESTS += tests/unit/cpuset_test
UNIT_TESTS += tests/unit/expr_test
UNIT_TESTS += tests/unit/parse_test
UNIT_TESTS += tests/unit/section_test
UNIT_TESTS += tests/unit/topology_test

# the fake kernel and hand-made events
FAKES = tests/unit/fake_perf.c tests/unit/fake_perf.h \
	tests/unit/fixture_events.c tests/unit/fixture_events.h
EXTRA_DIST += tests/unit/unit.h

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
