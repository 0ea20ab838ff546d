# make bench: what tacho costs beside perf stat and hyperfine, all sides in
# one run.
BENCHES = \
	tests/bench/collectors \
	tests/bench/compare \
	tests/bench/group_read \
	tests/bench/interleave \
	tests/bench/top \
	tests/bench/watch
EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES += $(BENCHES)

# Without libraries: what is resident at the fork is the floor of the peak
# memory that is measured.
tests_bench_compare_SOURCES = \
	tests/bench/compare.c \
	tests/bench/row.c \
	tests/bench/row.h

tests_bench_group_read_SOURCES = \
	tests/bench/group_read.c \
	tests/bench/row.c \
	tests/bench/row.h
tests_bench_group_read_LDADD = $(tacho_LDADD)

tests_bench_interleave_SOURCES = \
	tests/bench/interleave.c \
	tests/bench/row.c \
	tests/bench/row.h
tests_bench_top_SOURCES = \
	tests/bench/top.c \
	tests/bench/load.c \
	tests/bench/load.h \
	tests/bench/row.c \
	tests/bench/row.h
tests_bench_top_LDADD = $(tacho_LDADD)
tests_bench_watch_SOURCES = \
	tests/bench/watch.c \
	tests/bench/load.c \
	tests/bench/load.h \
	tests/bench/row.c \
	tests/bench/row.h
tests_bench_watch_LDADD = $(tacho_LDADD)
tests_bench_collectors_SOURCES = \
	tests/bench/collectors.c \
	tests/bench/row.c \
	tests/bench/row.h \
	tests/unit/fixture_events.c \
	tests/unit/fixture_events.h
tests_bench_collectors_LDADD = $(tacho_LDADD)

bench: tacho $(BENCHES)
	@tests/bench/compare ./tacho
	@tests/bench/group_read
	@tests/bench/interleave ./tacho
	@tests/bench/watch
	@tests/bench/top ./tacho
	@tests/bench/collectors

.PHONY: bench
