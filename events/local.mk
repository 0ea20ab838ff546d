# The files of events/ are compiled into the program: one binary is enough.
EVENT_FILES = \
	events/arm/apple.events \
	events/arm/neoverse-n1.metrics \
	events/arm/neoverse-n2-r0p2.metrics \
	events/arm/neoverse-n2.metrics \
	events/arm/neoverse-n2v2.metrics \
	events/arm/neoverse-n3.metrics \
	events/arm/neoverse-slots.events \
	events/arm/neoverse-slots.metrics \
	events/arm/neoverse-stalls.events \
	events/arm/neoverse-stalls.metrics \
	events/arm/neoverse-v1.metrics \
	events/arm/neoverse-v2.metrics \
	events/arm/neoverse-v3.metrics \
	events/arm/pmuv3.events \
	events/arm/pmuv3.metrics \
	events/common/bandwidth.metrics \
	events/common/basic.metrics \
	events/common/trust.rules \
	events/common/verdict.rules \
	events/common/energy.events \
	events/common/energy.metrics \
	events/common/flops.metrics \
	events/common/frontend.metrics \
	events/common/memory.metrics \
	events/common/sets.metrics \
	events/common/top.screens \
	events/common/tlb.metrics \
	events/common/topdown.metrics \
	events/cpus.map \
	events/x86/adl.events \
	events/x86/adl.metrics \
	events/x86/gnr.events \
	events/x86/gnr.metrics \
	events/generic/kernel.metrics \
	events/riscv/generic.metrics \
	events/x86/amd-zen.metrics \
	events/x86/amd-zen2.metrics \
	events/x86/amd-zen23.metrics \
	events/x86/amd-zen345.metrics \
	events/x86/amd-zen45.metrics \
	events/source/cachegrind.events \
	events/x86/icx.events \
	events/x86/icx.metrics \
	events/x86/intel-core.metrics \
	events/x86/intel-goldencove.metrics \
	events/x86/intel-perf-metrics.metrics \
	events/x86/intel-skylake.metrics \
	events/x86/skx.events \
	events/x86/skx.metrics \
	events/x86/spr-core.events \
	events/x86/spr-core.metrics \
	events/x86/spr.events \
	events/x86/zen2.events \
	events/x86/zen3.events \
	events/x86/zen4.events \
	events/x86/zen5.events

src/event/builtin.c: src/event/embed-events.sh events/local.mk $(EVENT_FILES)
	$(AM_V_GEN)$(MKDIR_P) src/event && \
	AWK='$(AWK)' $(SHELL) $(srcdir)/src/event/embed-events.sh \
		'$(srcdir)' $(EVENT_FILES) >$@.tmp && mv -f $@.tmp $@

nodist_libtacho_a_SOURCES = src/event/builtin.c
CLEANFILES += src/event/builtin.c src/event/builtin.c.tmp
EXTRA_DIST += $(EVENT_FILES) src/event/embed-events.sh
