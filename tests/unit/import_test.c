#include "event/import/import.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "metric/imported.h"

#include "unit.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct got {
	struct section_list list;
	struct import_notes notes;
};

static void got_done(struct got *g)
{
	section_list_done(&g->list);
	import_notes_done(&g->notes);
}

static void take(struct got *g, const char *text)
{
	struct err err = { 0 };

	if (import_json(&g->list, "x.json", text, strlen(text), &g->notes,
			&err) < 0)
		fail_msg("%s", err.what);
}

static const struct section *find(const struct got *g, const char *kind,
				  const char *name)
{
	for (size_t i = g->list.n; i-- > 0;)
		if (!strcmp(g->list.items[i]->kind, kind) &&
		    !strcmp(g->list.items[i]->name, name))
			return g->list.items[i];
	return NULL;
}

static const char *value(const struct got *g, const char *kind,
			 const char *name, const char *key)
{
	const struct section *s = find(g, kind, name);

	if (!s)
		fail_msg("there is no [%s %s]", kind, name);
	return section_get(s, key, NULL);
}

static void events_are_spelt_for_the_kernel(void **state)
{
	static const struct {
		const char *fields, *raw;
	} rows[] = {
		{ "'EventCode':'0x3c','UMask':'0x0'", "cpu/event=0x3c/" },
		{ "'EventCode':'0x9C','UMask':'0x1','CounterMask':'4',"
		  "'Invert':'1','EdgeDetect':'1','AnyThread':'1'",
		  "cpu/event=0x9c,umask=0x1,cmask=0x4,edge=0x1,inv=0x1,"
		  "any=0x1/" },
		/* those that perfmon spells out though they are 0 */
		{ "'EventCode':'0x21','UMask':'0x08','MSRIndex':'0x00',"
		  "'MSRValue':'0x00','CounterMask':'0','Filter':'na',"
		  "'ExtSel':'0','PortMask':'0x00'",
		  "cpu/event=0x21,umask=0x8/" },
		{ "'EventCode':'0xB7, 0xBB','UMask':'0x01',"
		  "'MSRIndex':'0x1a6,0x1a7','MSRValue':'0x3F803C0001'",
		  "cpu/event=0xb7,umask=0x1,offcore_rsp=0x3f803c0001/" },
		{ "'EventCode':'0xCD','UMask':'0x1','MSRIndex':'0x3F6',"
		  "'MSRValue':'0x80'",
		  "cpu/event=0xcd,umask=0x1,ldlat=0x80/" },
		{ "'EventCode':'0xC6','MSRIndex':'0x3F7','MSRValue':'0x12'",
		  "cpu/event=0xc6,frontend=0x12/" },
		{ "'EventCode':'200'", "cpu/event=0xc8/" },
		{ "'EventCode':77,'UMask':3", "cpu/event=0x4d,umask=0x3/" },
		{ "'EventCode':'0x2505e'", "cpu/event=0x2505e/" },
		{ "'EventCode':'0x1','ExtSel':'1','Unit':'QPI LL'",
		  "uncore_qpi/event=0x101/" },
		{ "'Unit':'CHA','EventCode':'0x35','UMask':'0x04',"
		  "'UMaskExt':'0xCC43FE'",
		  "uncore_cha/event=0x35,umask=0xcc43fe04/" },
		{ "'Unit':'CHA','EventCode':'0x35','UMask':'0xcc43fe04',"
		  "'UMaskExt':'0xCC43FE'",
		  "uncore_cha/event=0x35,umask=0xcc43fe04/" },
		{ "'Unit':'IIO','EventCode':'0x84','UMask':'0x04',"
		  "'PortMask':'0x0020','FCMask':'0x07'",
		  "uncore_iio/event=0x84,umask=0x4,ch_mask=0x20,fc_mask=0x7/" },
		{ "'Unit':'CBO','EventCode':'0x35','UMask':'0x3',"
		  "'Filter':'filter_opc=0x182,filter_nc=1'",
		  "uncore_cbox/event=0x35,umask=0x3,filter_opc=0x182,"
		  "filter_nc=1/" },
		{ "'Unit':'CBO','EventCode':'0x35','Filter':'Filter1[15:0]'",
		  "uncore_cbox/event=0x35/" },
		{ "'Unit':'iMC','EventCode':'0x4'", "uncore_imc/event=0x4/" },
		{ "'Unit':'L3PMC','EventCode':'0x4','EnAllSlices':'0x1'",
		  "amd_l3/event=0x4,enallslices=0x1/" },
		{ "'Unit':'DFPMC','EventCode':'0x7'", "amd_df/event=0x7/" },
		{ "'Unit':'cpu_atom','EventCode':'0xc0'",
		  "cpu_atom/event=0xc0/" },
		{ "'Unit':'CPU-M-CF','EventCode':'32'", "cpum_cf/event=0x20/" },
		{ "'Unit':'hisi_sccl,l3c','ConfigCode':'0x0'",
		  "hisi_sccl*_l3c*/config=0x0/" },
		{ "'Unit':'imx8_ddr','ConfigCode':'0x2b'",
		  "imx8_ddr/config=0x2b/" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(got_done) struct got g = { 0 };
		AUTO_FREE char *text =
			xasprintf("[{'EventName':'X.Y',%s}]", rows[i].fields);

		for (char *p = text; *p; p++)
			if (*p == '\'')
				*p = '"';
		take(&g, text);
		assert_int_equal(g.notes.n, 0);
		assert_string_equal(value(&g, "event", "X.Y", "raw"),
				    rows[i].raw);
	}
}

static void fixed_counters_have_codes_that_the_kernel_knows(void **state)
{
	static const char *const rows[][2] = {
		{ "INST_RETIRED.ANY", "cpu/event=0xc0/" },
		{ "CPU_CLK_UNHALTED.THREAD", "cpu/event=0x3c/" },
		{ "CPU_CLK_UNHALTED.CORE", "cpu/event=0x3c/" },
		{ "cpu_clk_unhalted.thread_any", "cpu/event=0x3c,any=1/" },
		{ "CPU_CLK_UNHALTED.REF", "cpu/event=0x0,umask=0x3/" },
		{ "CPU_CLK_UNHALTED.REF_TSC", "cpu/event=0x0,umask=0x3/" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(got_done) struct got g = { 0 };
		AUTO_FREE char *text =
			xasprintf("[{\"EventName\":\"%s\","
				  "\"EventCode\":\"0x00\",\"UMask\":\"0x03\"}]",
				  rows[i][0]);

		take(&g, text);
		assert_string_equal(value(&g, "event", rows[i][0], "raw"),
				    rows[i][1]);
	}
}

static void events_of_the_architecture_have_its_code_or_name(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g, "[{\"ArchStdEvent\": \"CPU_CYCLES\"}]");
	assert_string_equal(value(&g, "event", "CPU_CYCLES", "raw"),
			    "cpu_cycles");
	take(&g, "[{\"EventName\": \"L1D_CACHE\", \"EventCode\": \"0x04\","
		 "  \"PublicDescription\": \"Accesses\"}]");
	take(&g, "[{\"ArchStdEvent\": \"L1D_CACHE\"}]");
	assert_string_equal(value(&g, "event", "L1D_CACHE", "raw"),
			    "cpu/event=0x4/");
}

static void an_event_keeps_scale_unit_and_what_it_says(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g, "[\n{\"EventName\": \"UNC_M.RD\",\n\"Unit\": \"iMC\",\n"
		 "\"EventCode\": \"0x4\", \"ScaleUnit\": \"64Bytes\",\n"
		 "\"BriefDescription\": \"two\\nlines \\u001b[1m\"},\n"
		 "{\"EventName\": \"UNC_M.E\", \"EventCode\": \"0x5\",\n"
		 "\"ScaleUnit\": \"6.1e-5EiB\"}]");
	assert_string_equal(value(&g, "event", "UNC_M.RD", "scale"), "64");
	assert_string_equal(value(&g, "event", "UNC_M.RD", "unit"), "Bytes");
	assert_string_equal(value(&g, "event", "UNC_M.RD", "about"),
			    "two lines  [1m");
	assert_int_equal(find(&g, "event", "UNC_M.RD")->line, 2);
	assert_int_equal(find(&g, "event", "UNC_M.E")->line, 6);
	assert_string_equal(value(&g, "event", "UNC_M.E", "scale"), "6.1e-5");
	assert_string_equal(value(&g, "event", "UNC_M.E", "unit"), "EiB");
	assert_true(find(&g, "event", "UNC_M.RD")->optional);
}

static void a_metric_keeps_its_formula_as_it_was_written(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g, "[{\"MetricName\": \"tma_x\",\n"
		 "  \"MetricExpr\": \"cpu@A\\\\,cmask\\\\=1@ / B\",\n"
		 "  \"BriefDescription\": \"Share.\",\n"
		 "  \"MetricThreshold\": \"tma_x > 0.2 & tma_up > 0.1\",\n"
		 "  \"MetricGroup\": \"TopdownL2;Mem;tma_up_group\",\n"
		 "  \"ScaleUnit\": \"100%\"},\n"
		 " {\"MetricName\": \"tma_up\", \"MetricExpr\": \"A\",\n"
		 "  \"MetricGroup\": \"Mem\"}]");
	assert_string_equal(value(&g, "metric", "tma_x", "expr"),
			    "cpu@A\\,cmask\\=1@ / B");
	assert_string_equal(value(&g, "metric", "tma_x", "about"), "Share.");
	assert_string_equal(value(&g, "metric", "tma_x", "unit"), "%");
	assert_null(value(&g, "metric", "tma_x", "factor"));
	assert_string_equal(value(&g, "metric", "tma_x", "threshold_expr"),
			    "tma_x > 0.2 & tma_up > 0.1");
	assert_string_equal(value(&g, "metric", "tma_x", "parent"), "tma_up");
	assert_string_equal(value(&g, "set", "Mem", "metrics"),
			    "tma_x, tma_up");
	assert_string_equal(value(&g, "set", "TopdownL2", "metrics"), "tma_x");
	assert_int_equal(find(&g, "metric", "tma_up")->line, 7);
	/* a set goes on in the next file */
	take(&g, "[{\"MetricName\": \"more\", \"MetricExpr\": \"A\",\n"
		 "  \"MetricGroup\": \"Mem\"}]");
	assert_string_equal(value(&g, "set", "Mem", "metrics"),
			    "tma_x, tma_up, more");
}

static void scales_become_a_factor_and_a_unit(void **state)
{
	static const struct {
		const char *scale, *factor, *unit;
	} rows[] = {
		{ "100%", NULL, "%" },
		{ "1%", "0.01", "%" },
		{ "1per_instr", NULL, "per instr" },
		{ "1per_sec", NULL, "per sec" },
		{ "2MB/s", "2", "MB/s" },
		{ "64MiB", "64", "MiB" },
		{ "4Bytes", "4", "Bytes" },
		{ "4", "4", NULL },
		{ "6000000000ns", "6000000000", "ns" },
		{ "2.5e-7GHz", NULL, "GHz" },
		{ "6.103515625E-5MB/sec", NULL, "MB/sec" },
		{ "1core clocks", NULL, "core clocks" },
		{ "e-", NULL, "e-" },
		{ "1e999x", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(got_done) struct got g = { 0 };
		AUTO_FREE char *text = xasprintf(
			"[{\"MetricName\": \"m\", \"MetricExpr\": \"a\", "
			"\"ScaleUnit\": \"%s\"}]",
			rows[i].scale);
		const char *unit;

		take(&g, text);
		if (rows[i].factor)
			assert_string_equal(value(&g, "metric", "m", "factor"),
					    rows[i].factor);
		unit = value(&g, "metric", "m", "unit");
		if (rows[i].unit)
			assert_string_equal(unit, rows[i].unit);
		else
			assert_null(unit);
	}
}

static void beside_an_event_the_label_tells_the_unit(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g, "[{\"MetricName\": \"a\", \"MetricExpr\": \"x\","
		 "  \"ScaleUnit\": \"1per_sec\"},"
		 " {\"MetricName\": \"b\", \"MetricExpr\": \"x\","
		 "  \"ScaleUnit\": \"100%\"},"
		 " {\"MetricName\": \"c\", \"MetricExpr\": \"x\"}]");
	assert_string_equal(value(&g, "metric", "a", "label"), "per sec a");
	assert_null(value(&g, "metric", "b", "label"));
	assert_null(value(&g, "metric", "c", "label"));
}

static struct expr_value ten(void *arg, const char *name,
			     enum expr_aspect aspect)
{
	(void)arg;
	(void)name;
	(void)aspect;
	return (struct expr_value){ .number = 10.0 };
}

static void the_factor_is_in_the_formula_and_the_threshold(void **state)
{
	static const struct {
		const char *threshold;
		char op;
		double number;
	} rows[] = {
		{ "m > 20", '>', 0.2 },
		{ "m < 20", '<', 0.2 },
		{ "( up > 5 ) & (m > 20)", '>', 0.2 },
		{ "up > 5 && M > 20", '>', 0.2 },
		{ "m > 20 && up > 5 && x > 1", '>', 0.2 },
		{ "up > 5 & x > 1", 0, 0 },
		{ "m > 20 | up > 5", 0, 0 },
		{ "m > 20 || up > 5", 0, 0 },
		{ "m > up", 0, 0 },
		{ "m >", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(got_done) struct got g = { 0 };
		AUTO(expr_freep) struct expr *e = NULL;
		AUTO_FREE char *text = xasprintf(
			"[{\"MetricName\": \"m\", \"MetricExpr\": \"a * 2\", "
			"\"MetricThreshold\": \"%s\", \"ScaleUnit\": \"1%%\"}]",
			rows[i].threshold);
		const struct section *s;
		char op = 0;
		double number = 0;

		take(&g, text);
		s = find(&g, "metric", "m");
		assert_int_equal(imported_formula(s,
						  section_get(s, "expr", NULL),
						  &e, NULL),
				 0);
		assert_true(expr_eval(e, ten, NULL).number == 0.2);
		assert_int_equal(imported_threshold(
					 s,
					 section_get(s, "threshold_expr", NULL),
					 &op, &number),
				 rows[i].op != 0);
		assert_int_equal(op, rows[i].op);
		assert_true(number == rows[i].number);
	}
}

static void perfmon_metrics_have_their_names_put_in(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g,
	     "{\"Header\": {}, \"Metrics\": ["
	     "{\"MetricName\": \"Memory_Bound\", \"Formula\": \"100 * a / b\","
	     " \"UnitOfMeasure\": \"percent\","
	     " \"ParentCategory\": \"Backend_Bound\","
	     " \"Events\": [{\"Name\": \"X.Y:c4:e1\", \"Alias\": \"a\"},"
	     "  {\"Name\": \"PERF_METRICS.BACKEND_BOUND\", \"Alias\": \"b\"},"
	     "  {\"Name\": \"A;B\", \"Alias\": \"c\"}, {}, 5],"
	     " \"Constants\": [{\"Name\": \"SOCKET_COUNT\", \"Alias\": \"s\"},"
	     "  {\"Name\": \"20\", \"Alias\": \"t\"}],"
	     " \"Threshold\": {\"Formula\": \"( a > 20 ) & ( b > 20 )\","
	     "  \"ThresholdMetrics\": [{\"Alias\": \"a\","
	     "   \"Value\": \"metric_TMA_..Memory_Bound(%)\"},"
	     "  {\"Alias\": \"b\","
	     "   \"Value\": \"metric_TMA_Backend_Bound(%)\"}]}},"
	     "{\"MetricName\": \"Backend_Bound\", \"Formula\": \"a\"}]}");
	assert_string_equal(value(&g, "metric", "Memory_Bound", "aliases"),
			    "a=cpu/X.Y,cmask=4,edge=1/;b=topdown-be-bound;"
			    "s=#num_packages;t=20");
	assert_string_equal(value(&g, "metric", "Memory_Bound", "factor"),
			    "0.01");
	assert_string_equal(value(&g, "metric", "Memory_Bound", "unit"), "%");
	assert_string_equal(value(&g, "metric", "Memory_Bound", "parent"),
			    "Backend_Bound");
	assert_string_equal(
		value(&g, "metric", "Memory_Bound", "threshold_aliases"),
		"a=Memory_Bound;b=Backend_Bound");
}

static void each_kind_of_core_may_have_its_own(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g, "[{\"MetricName\": \"CPI\", \"MetricExpr\": \"A / B\","
		 "  \"Unit\": \"cpu_core\"},"
		 " {\"MetricName\": \"CPI\", \"MetricExpr\": \"C / B\","
		 "  \"Unit\": \"cpu_atom\"},"
		 " {\"EventName\": \"A.B\", \"EventCode\": \"0x1\","
		 "  \"Unit\": \"cpu_core\"},"
		 " {\"EventName\": \"A.B\", \"EventCode\": \"0x2\","
		 "  \"Unit\": \"cpu_atom\"}]");
	assert_int_equal(g.notes.n, 0);
	assert_string_equal(value(&g, "metric", "CPI", "expr"), "A / B");
	assert_string_equal(value(&g, "formula", "CPI@cpu_atom", "expr"),
			    "C / B");
	assert_string_equal(value(&g, "event", "A.B", "raw"),
			    "cpu_core/event=0x1/");
	assert_string_equal(value(&g, "event", "cpu_atom/A.B/", "raw"),
			    "cpu_atom/event=0x2/");
}

static void what_is_not_understood_is_left_out_and_counted(void **state)
{
	AUTO(got_done) struct got g = { 0 };

	(void)state;
	take(&g, "[1, null, [], {}, \"MetricName\","
		 "{\"MetricName\": 5, \"MetricExpr\": \"a\"},"
		 "{\"MetricName\": \"no_formula\"},"
		 "{\"MetricName\": \"\", \"MetricExpr\": \"a\"},"
		 "{\"MetricName\": \" [] \", \"MetricExpr\": \"a\"},"
		 "{\"MetricName\": \"listed\", \"MetricExpr\": [\"a\"]},"
		 "{\"EventName\": \"A\", \"EventCode\": \"0x1\"},"
		 "{\"EventName\": \"A\", \"EventCode\": \"0x01\"},"
		 "{\"EventName\": \"A\", \"EventCode\": \"0x2\"},"
		 "{\"EventName\": \"B\", \"EventCode\": \"twelve\"},"
		 "{\"EventName\": \"C\", \"EventCode\": true},"
		 "{\"EventName\": \"D\", \"EventCode\": -1},"
		 "{\"EventName\": \"E\", \"EventCode\": 1.5},"
		 "{\"EventName\": \"F\", \"EventCode\":"
		 " \"0x10000000000000000\"},"
		 "{\"EventName\": \"G\", \"EventCode\": \"1\","
		 " \"MSRIndex\": \"0x3E0\", \"MSRValue\": \"1\"},"
		 "{\"MetricName\": \"fine\", \"MetricExpr\": \"a\"},"
		 "{\"MetricName\": \"fine\", \"MetricExpr\": \"b\"},"
		 "{\"MetricName\": \"also fine %\", \"MetricExpr\": \"c\"}]");
	assert_int_equal(g.notes.n, 4);
	assert_string_equal(g.notes.items[0],
			    "x.json: 5 entries: neither a metric nor an "
			    "event");
	assert_string_equal(g.notes.items[1],
			    "x.json: 5 entries: without a name or a formula "
			    "(first: no_formula)");
	assert_string_equal(g.notes.items[2],
			    "x.json: 2 entries: twice in it, with different "
			    "contents (first: A)");
	assert_string_equal(g.notes.items[3],
			    "x.json: 6 entries: the kernel has no spelling for "
			    "it (first: B)");
	assert_string_equal(value(&g, "metric", "fine", "expr"), "a");
	assert_string_equal(value(&g, "metric", "also_fine", "expr"), "c");
	assert_string_equal(value(&g, "event", "A", "raw"), "cpu/event=0x1/");
	assert_int_equal(g.list.n, 3);
}

static void what_is_no_json_is_an_error_with_its_line(void **state)
{
	static const struct {
		const char *text;
		size_t len; /* 0: up to the NUL */
		const char *what;
	} rows[] = {
		{ "", 0, "x.json:1: not JSON: " },
		{ "[\n{\"MetricName\":\n", 0, "x.json:3: not JSON: " },
		{ "[{\"MetricName\": \"a\"}", 0, "x.json:1: not JSON: " },
		{ "[]\n]", 0, "x.json:2: not JSON: " },
		{ "[\"a\0b\"]", 7, "x.json:1: not JSON: " },
		{ "[\"\\u0000\"]", 0, "x.json:1: not JSON: " },
		{ "[\"\xff\"]", 0, "x.json:1: not JSON: " },
		{ "[1e999999]", 0, "x.json:1: not JSON: " },
		{ "[99999999999999999999]", 0, "x.json:1: not JSON: " },
		{ "[metric a]\nformula = b\n", 0, "x.json:1: not JSON: " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(got_done) struct got g = { 0 };
		size_t len = rows[i].len ? rows[i].len : strlen(rows[i].text);
		struct err err = { 0 };

		assert_int_equal(import_json(&g.list, "x.json", rows[i].text,
					     len, &g.notes, &err),
				 -EINVAL);
		if (strncmp(err.what, rows[i].what, strlen(rows[i].what)) != 0)
			fail_msg("%s", err.what);
		assert_int_equal(g.list.n, 0);
	}
}

static void depth_and_size_are_bounded(void **state)
{
	AUTO(got_done) struct got g = { 0 };
	AUTO(strbuf_done) struct strbuf b = { 0 };
	AUTO_FREE char *large = xmalloc(IMPORT_FILE_MAX + 1);
	struct err err = { 0 };

	(void)state;
	for (int i = 0; i < 100000; i++)
		strbuf_puts(&b, "[");
	assert_int_equal(
		import_json(&g.list, "x.json", b.buf, b.len, &g.notes, &err),
		-EINVAL);
	memset(large, ' ', IMPORT_FILE_MAX + 1);
	assert_int_equal(import_json(&g.list, "x.json", large,
				     IMPORT_FILE_MAX + 1, &g.notes, &err),
			 -E2BIG);
	assert_string_equal(err.what, "x.json: the file has too many bytes (at "
				      "most 16777216)");
}

static void other_shapes_are_left_out_with_a_note(void **state)
{
	static const char *const texts[] = { "{}", "{\"Events\": 5}",
					     "{\"Platform\": {}}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(got_done) struct got g = { 0 };

		take(&g, texts[i]);
		assert_int_equal(g.list.n, 0);
		assert_int_equal(g.notes.n, 1);
	}
	for (int i = 0; i < 2; i++) {
		AUTO(got_done) struct got g = { 0 };

		take(&g, i ? "[]" : "{\"Events\": []}");
		assert_int_equal(g.list.n, 0);
		assert_int_equal(g.notes.n, 0);
	}
}

/* Any byte of a good file changed: an answer, and nothing out of bounds. */
static void damaged_files_are_refused_or_read(void **state)
{
	static const char good[] =
		"{\"Events\": [{\"EventName\": \"A.B\", \"EventCode\": "
		"\"0xb7,0xbb\", \"UMask\": \"0x1\", \"Unit\": \"a,b\"}], "
		"\"Metrics\": [{\"MetricName\": \"m\", \"Formula\": \"a/b\", "
		"\"Events\": [{\"Name\": \"A.B:c1\", \"Alias\": \"a\"}], "
		"\"ScaleUnit\": \"1e2%\", \"MetricGroup\": \"x;y\"}]}";
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		AUTO(got_done) struct got g = { 0 };
		char text[sizeof(good)];
		struct err err = { 0 };

		memcpy(text, good, sizeof(good));
		for (int k = 0; k < 1 + i % 3; k++) {
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			text[(seed >> 33) % (sizeof(good) - 1)] =
				(char)(seed >> 20);
		}
		if (import_json(&g.list, "x.json", text, sizeof(good) - 1,
				&g.notes, &err) < 0)
			continue;
		for (size_t n = 0; n < g.list.n; n++) {
			AUTO(expr_freep) struct expr *e = NULL;
			const char *expr =
				section_get(g.list.items[n], "expr", NULL);

			if (expr)
				imported_formula(g.list.items[n], expr, &e,
						 NULL);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_spelt_for_the_kernel),
		cmocka_unit_test(
			fixed_counters_have_codes_that_the_kernel_knows),
		cmocka_unit_test(
			events_of_the_architecture_have_its_code_or_name),
		cmocka_unit_test(an_event_keeps_scale_unit_and_what_it_says),
		cmocka_unit_test(a_metric_keeps_its_formula_as_it_was_written),
		cmocka_unit_test(scales_become_a_factor_and_a_unit),
		cmocka_unit_test(beside_an_event_the_label_tells_the_unit),
		cmocka_unit_test(
			the_factor_is_in_the_formula_and_the_threshold),
		cmocka_unit_test(perfmon_metrics_have_their_names_put_in),
		cmocka_unit_test(each_kind_of_core_may_have_its_own),
		cmocka_unit_test(
			what_is_not_understood_is_left_out_and_counted),
		cmocka_unit_test(what_is_no_json_is_an_error_with_its_line),
		cmocka_unit_test(depth_and_size_are_bounded),
		cmocka_unit_test(other_shapes_are_left_out_with_a_note),
		cmocka_unit_test(damaged_files_are_refused_or_read),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
