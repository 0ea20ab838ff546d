/*
 * What perf 6.1 itself printed for these counts, with its hardware counters
 * replaced by constants; the lines below are copied from its output.
 */
#include "analyze/shadow.h"

#include "fixture.h"
#include "unit.h"

#include "base/auto.h"

#include <stdlib.h>
#include <string.h>

#define MS10 10000000

struct count {
	const char *name;
	uint64_t raw, enabled_ns, running_ns;
};

#define CYCLES                                                                 \
	{                                                                      \
		"cycles", 30000000, MS10, MS10                                 \
	}
#define INSN                                                                   \
	{                                                                      \
		"instructions", 45000000, MS10, 7150000                        \
	}
#define REFS                                                                   \
	{                                                                      \
		"cache-references", 500000, MS10, MS10                         \
	}
#define MISSES                                                                 \
	{                                                                      \
		"cache-misses", 75805, MS10, 8800000                           \
	}
#define BRANCHES                                                               \
	{                                                                      \
		"branches", 9000000, MS10, MS10                                \
	}
#define BRMISSES                                                               \
	{                                                                      \
		"branch-misses", 156600, MS10, MS10                            \
	}
#define FRONT                                                                  \
	{                                                                      \
		"stalled-cycles-frontend", 4500000, MS10, MS10                 \
	}
#define BACK                                                                   \
	{                                                                      \
		"stalled-cycles-backend", 9000000, MS10, MS10                  \
	}
#define CLOCK                                                                  \
	{                                                                      \
		"task-clock", 20000000, 20000000, 20000000                     \
	}

static const struct {
	struct count counts[9];
	const char *csv;
} cases[] = {
	{ { CYCLES, INSN, REFS, MISSES, BRANCHES, BRMISSES, FRONT, BACK },
	  "30000000,,cycles,10000000,100.00,,\n"
	  "62937062,,instructions,7150000,71.00,2.10,insn per cycle\n"
	  ",,,,0.14,stalled cycles per insn\n"
	  "500000,,cache-references,10000000,100.00,,\n"
	  "86142,,cache-misses,8800000,88.00,17.228,of all cache refs\n"
	  "9000000,,branches,10000000,100.00,,\n"
	  "156600,,branch-misses,10000000,100.00,1.74,of all branches\n"
	  "4500000,,stalled-cycles-frontend,10000000,100.00,15.00,"
	  "frontend cycles idle\n"
	  "9000000,,stalled-cycles-backend,10000000,100.00,30.00,"
	  "backend cycles idle\n" },
	{ { INSN, CYCLES, FRONT },
	  "62937062,,instructions,7150000,71.00,2.10,insn per cycle\n"
	  ",,,,0.07,stalled cycles per insn\n"
	  "30000000,,cycles,10000000,100.00,,\n"
	  "4500000,,stalled-cycles-frontend,10000000,100.00,15.00,"
	  "frontend cycles idle\n" },
	{ { { "L1-dcache-loads", 1000, 1000, 1000 },
	    { "L1-dcache-load-misses", 37, 1000, 1000 },
	    { "LLC-loads", 1000, 1000, 1000 },
	    { "LLC-load-misses", 37, 1000, 1000 } },
	  "1000,,L1-dcache-loads,1000,100.00,,\n"
	  "37,,L1-dcache-load-misses,1000,100.00,3.70,"
	  "of all L1-dcache accesses\n"
	  "1000,,LLC-loads,1000,100.00,,\n"
	  "37,,LLC-load-misses,1000,100.00,3.70,of all LL-cache accesses\n" },
	{ { { "L1-dcache-load-misses", 37, 1000, 1000 },
	    MISSES,
	    BRMISSES,
	    FRONT,
	    INSN },
	  "37,,L1-dcache-load-misses,1000,100.00,,\n"
	  "86142,,cache-misses,8800000,88.00,,\n"
	  "156600,,branch-misses,10000000,100.00,,\n"
	  "4500000,,stalled-cycles-frontend,10000000,100.00,,\n"
	  "62937062,,instructions,7150000,71.00,,\n"
	  ",,,,0.07,stalled cycles per insn\n" },
	/* what had no turn still counts as asked for */
	{ { { "branches", 100, 10, 0 }, BRMISSES },
	  "<not counted>,,branches,0,0.00,,\n"
	  "156600,,branch-misses,10000000,100.00,0.00,of all branches\n" },
	/* what does not exist does not */
	{ { { "branches", 0, 0, 999 }, BRMISSES },
	  "<not supported>,,branches,0,100.00,,\n"
	  "156600,,branch-misses,10000000,100.00,,\n" },
	{ { CLOCK, { "branches", 100, 10, 0 }, MISSES, REFS },
	  "20.00,msec,task-clock,20000000,100.00,0.200,CPUs utilized\n"
	  "<not counted>,,branches,0,0.00,,\n"
	  "86142,,cache-misses,8800000,88.00,17.228,of all cache refs\n"
	  "500000,,cache-references,10000000,100.00,25.000,M/sec\n" },
	{ { CLOCK,
	    INSN,
	    { "cycles", 0, 10, 10 },
	    BRANCHES,
	    MISSES,
	    { "cache-references", 0, 10, 10 } },
	  "20.00,msec,task-clock,20000000,100.00,0.200,CPUs utilized\n"
	  "62937062,,instructions,7150000,71.00,,\n"
	  "0,,cycles,10,100.00,0.000,GHz\n"
	  "9000000,,branches,10000000,100.00,450.000,M/sec\n"
	  "86142,,cache-misses,8800000,88.00,0.000,of all cache refs\n"
	  "0,,cache-references,10,100.00,0.000,/sec\n" },
	{ { CLOCK, { "page-faults", 57, 20000000, 20000000 } },
	  "20.00,msec,task-clock,20000000,100.00,0.200,CPUs utilized\n"
	  "57,,page-faults,20000000,100.00,2.850,K/sec\n" },
};

static void count_case(struct fixture *f, const struct count *counts)
{
	struct run *run;
	size_t n = 0;

	fixture_init(f);
	while (n < 9 && counts[n].name)
		fixture_known(f, counts[n++].name);
	run = fixture_run(f, 1);
	for (size_t i = 0; i < n; i++) {
		if (counts[i].running_ns == 999)
			fixture_fail(run, i, READING_UNSUPPORTED, -2,
				     "no such event", NULL);
		else
			fixture_count(run, i, 0, counts[i].raw,
				      counts[i].enabled_ns,
				      counts[i].running_ns);
	}
}

static void csv_is_what_perf_prints(void **state)
{
	const struct view_options options = { .separator = "," };

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(cases); c++) {
		struct fixture f;
		struct report report;
		AUTO_FREE char *text = NULL;

		count_case(&f, cases[c].counts);
		report = fixture_report(&f);
		text = fixture_show(&view_perf_csv, &report, &options);
		assert_string_equal(text, cases[c].csv);
		report_done(&report);
		fixture_done(&f);
	}
}

static void json_spells_missing_numbers_as_perf(void **state)
{
	static const struct count counts[9] = {
		INSN,     { "cycles", 30000000, MS10, MS10 }, FRONT,
		BRANCHES, { "branch-misses", 0, 0, 999 },     REFS
	};
	const struct view_options options = { 0 };
	struct fixture f;
	struct report report;
	AUTO_FREE char *text = NULL;

	(void)state;
	count_case(&f, counts);
	report = fixture_report(&f);
	text = fixture_show(&view_perf_json, &report, &options);
	assert_string_equal(
		text,
		"{\"counter-value\" : \"62937062.000000\", \"unit\" : \"\", "
		"\"event\" : \"instructions\", \"event-runtime\" : 7150000, "
		"\"pcnt-running\" : 71.00, \"metric-value\" : 2.097902, "
		"\"metric-unit\" : \"insn per cycle\"}\n"
		"{\"metric-value\" : 0.071500, \"metric-unit\" : "
		"\"stalled cycles per insn\"}\n"
		"{\"counter-value\" : \"30000000.000000\", \"unit\" : \"\", "
		"\"event\" : \"cycles\", \"event-runtime\" : 10000000, "
		"\"pcnt-running\" : 100.00, \"metric-value\" : 0.000000, "
		"\"metric-unit\" : \"Ghz\"}\n"
		"{\"counter-value\" : \"4500000.000000\", \"unit\" : \"\", "
		"\"event\" : \"stalled-cycles-frontend\", "
		"\"event-runtime\" : 10000000, \"pcnt-running\" : 100.00, "
		"\"metric-value\" : 15.000000, "
		"\"metric-unit\" : \"frontend cycles idle\"}\n"
		"{\"counter-value\" : \"9000000.000000\", \"unit\" : \"\", "
		"\"event\" : \"branches\", \"event-runtime\" : 10000000, "
		"\"pcnt-running\" : 100.00, \"metric-value\" : 0.000000, "
		"\"metric-unit\" : \"(null)\"}\n"
		"{\"counter-value\" : \"<not supported>\", \"unit\" : \"\", "
		"\"event\" : \"branch-misses\", \"event-runtime\" : 0, "
		"\"pcnt-running\" : 100.00, \"metric-value\" : 0.000000, "
		"\"metric-unit\" : \"\"}\n"
		"{\"counter-value\" : \"500000.000000\", \"unit\" : \"\", "
		"\"event\" : \"cache-references\", "
		"\"event-runtime\" : 10000000, \"pcnt-running\" : 100.00, "
		"\"metric-value\" : 0.000000, "
		"\"metric-unit\" : \"(null)\"}\n");
	report_done(&report);
	fixture_done(&f);
}

/* perf: "30000000,,cycles:u,...,GHz" but "instructions:k,...,," */
static void bits_must_agree_but_for_the_clock(void **state)
{
	struct fixture f;
	struct shadow_input in[4] = { 0 };
	struct shadow ret[SHADOW_MAX];

	(void)state;
	fixture_init(&f);
	in[0].event = fixture_known(&f, "task-clock");
	in[1].event = fixture_known(&f, "cycles");
	in[2].event = fixture_known(&f, "instructions");
	in[3].event = fixture_known(&f, "instructions");
	f.events.items[1]->exclude = EVENT_EXCLUDE_KERNEL;
	f.events.items[2]->exclude = EVENT_EXCLUDE_KERNEL;
	f.events.items[3]->exclude = EVENT_EXCLUDE_USER;
	for (size_t i = 0; i < 4; i++) {
		in[i].exists = in[i].has_value = true;
		in[i].number = i ? 1e9 : 1e3;
	}
	assert_int_equal(shadow_of(in, 4, 1, 1.0, ret), 1);
	assert_int_equal(ret[0].kind, SHADOW_GHZ);
	assert_true(ret[0].has_number && ret[0].number == 1.0);
	assert_int_equal(shadow_of(in, 4, 2, 1.0, ret), 1);
	assert_true(ret[0].has_number && ret[0].number == 1.0);
	assert_int_equal(shadow_of(in, 4, 3, 1.0, ret), 1);
	assert_int_equal(ret[0].kind, SHADOW_IPC);
	assert_false(ret[0].has_number);
	fixture_done(&f);
}

static void every_kind_has_its_text(void **state)
{
	(void)state;
	for (int kind = SHADOW_NONE + 1; kind < SHADOW_KINDS; kind++) {
		struct shadow shadow = { .kind = (enum shadow_kind)kind,
					 .has_number = true,
					 .number = 1.0 };

		assert_non_null(shadow_text(&shadow).unit);
		assert_in_range(shadow_text(&shadow).digits, 2, 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(csv_is_what_perf_prints),
		cmocka_unit_test(json_spells_missing_numbers_as_perf),
		cmocka_unit_test(bits_must_agree_but_for_the_clock),
		cmocka_unit_test(every_kind_has_its_text),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
