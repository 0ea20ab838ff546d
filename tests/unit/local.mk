# One foo_test.c per foo.c, linked with the whole library.
UNIT_LIBS = libtacho.a $(JANSSON_LIBS) $(GSL_LIBS) $(SMARTCOLS_LIBS) \
	$(CPUID_LIBS) $(CAP_LIBS) $(CMOCKA_LIBS)
UNIT_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)

UNIT_TESTS = \
	tests/unit/parse_test

tests_unit_parse_test_LDADD = $(UNIT_LIBS)
tests_unit_parse_test_CFLAGS = $(UNIT_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS)
endif
