# The files of events/ are compiled into the program: one binary is enough.
EVENT_FILES = \
	events/common/basic.metrics \
	events/cpus.map \
	events/source/cachegrind.events \
	events/x86/icx.events \
	events/x86/skx.events \
	events/x86/spr.events \
	events/x86/zen4.events

src/event/builtin.c: src/event/embed-events.sh events/local.mk $(EVENT_FILES)
	$(AM_V_GEN)$(MKDIR_P) src/event && \
	AWK='$(AWK)' $(SHELL) $(srcdir)/src/event/embed-events.sh \
		'$(srcdir)' $(EVENT_FILES) >$@.tmp && mv -f $@.tmp $@

nodist_libtacho_a_SOURCES = src/event/builtin.c
CLEANFILES += src/event/builtin.c src/event/builtin.c.tmp
EXTRA_DIST += $(EVENT_FILES) src/event/embed-events.sh
