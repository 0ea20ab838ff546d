# One foo_test.c per foo.c, linked with the whole library.
UNIT_LIBS = libtacho.a $(JANSSON_LIBS) $(GSL_LIBS) $(SMARTCOLS_LIBS) \
	$(CPUID_LIBS) $(CAP_LIBS) $(CMOCKA_LIBS)
LDADD = $(UNIT_LIBS)

UNIT_TESTS =
UNIT_TESTS += tests/unit/cpu_test
UNIT_TESTS += tests/unit/cpuset_test
UNIT_TESTS += tests/unit/expr_test
UNIT_TESTS += tests/unit/parse_test
UNIT_TESTS += tests/unit/perf_open_test
UNIT_TESTS += tests/unit/perf_source_test
UNIT_TESTS += tests/unit/plan_test
UNIT_TESTS += tests/unit/section_test
UNIT_TESTS += tests/unit/topology_test

# the fake kernel and hand-made events
FAKES = tests/unit/fake_perf.c tests/unit/fake_perf.h \
	tests/unit/fixture_events.c tests/unit/fixture_events.h
tests_unit_perf_open_test_SOURCES = tests/unit/perf_open_test.c $(FAKES)
tests_unit_perf_source_test_SOURCES = tests/unit/perf_source_test.c $(FAKES)
tests_unit_plan_test_SOURCES = tests/unit/plan_test.c $(FAKES)
EXTRA_DIST += tests/unit/unit.h
UNIT_TESTS = \
	tests/unit/bind_test \
	tests/unit/catalog_test \
	tests/unit/cpumap_test \
	tests/unit/events_test \
	tests/unit/expr_test \
	tests/unit/metric_test \
	tests/unit/parse_test \
	tests/unit/section_test

tests_unit_bind_test_LDADD = $(UNIT_LIBS)
tests_unit_bind_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_catalog_test_LDADD = $(UNIT_LIBS)
tests_unit_catalog_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_cpumap_test_LDADD = $(UNIT_LIBS)
tests_unit_cpumap_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_events_test_LDADD = $(UNIT_LIBS)
tests_unit_events_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_expr_test_LDADD = $(UNIT_LIBS)
tests_unit_expr_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_metric_test_LDADD = $(UNIT_LIBS)
tests_unit_metric_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_parse_test_LDADD = $(UNIT_LIBS)
tests_unit_parse_test_CFLAGS = $(UNIT_CFLAGS)
tests_unit_section_test_LDADD = $(UNIT_LIBS)
tests_unit_section_test_CFLAGS = $(UNIT_CFLAGS)

# Its own process, and linked with libpfm4, which the program itself is not.
if HAVE_LIBPFM
UNIT_TESTS += tests/unit/events_pfm_test
endif
tests_unit_events_pfm_test_LDADD = $(UNIT_LIBS) -lpfm
tests_unit_events_pfm_test_CFLAGS = $(UNIT_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
