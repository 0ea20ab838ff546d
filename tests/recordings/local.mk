# Made-up recordings, and the programs that make them.
check_PROGRAMS += tests/recordings/make-incident
tests_recordings_make_incident_SOURCES = \
	tests/recordings/incident.c \
	tests/recordings/incident.h \
	tests/recordings/make-incident.c
# the same numbers on every machine
tests_recordings_make_incident_CFLAGS = $(AM_CFLAGS) -ffp-contract=off
tests_recordings_make_incident_LDADD = libtacho.a $(JANSSON_LIBS)
EXTRA_DIST += tests/recordings/incident.ticks
