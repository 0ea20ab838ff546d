# One foo_test.c per foo.c, linked with the whole library.
UNIT_LIBS = libtacho.a $(JANSSON_LIBS) $(GSL_LIBS) $(SMARTCOLS_LIBS) \
	$(CPUID_LIBS) $(CAP_LIBS) $(CMOCKA_LIBS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

UNIT_TESTS = \
	tests/unit/cpu_test \
	tests/unit/cpuset_test \
	tests/unit/parse_test \
	tests/unit/topology_test

tests_unit_cpu_test_LDADD = $(UNIT_LIBS)
tests_unit_cpu_test_CFLAGS = $(UNIT_CFLAGS)

tests_unit_cpuset_test_LDADD = $(UNIT_LIBS)
tests_unit_cpuset_test_CFLAGS = $(UNIT_CFLAGS)

tests_unit_parse_test_LDADD = $(UNIT_LIBS)
tests_unit_parse_test_CFLAGS = $(UNIT_CFLAGS)

tests_unit_topology_test_LDADD = $(UNIT_LIBS)
tests_unit_topology_test_CFLAGS = $(UNIT_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
