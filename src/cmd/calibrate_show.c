/* What "tacho doctor --calibrate" found, as text and JSON; see calibrate.h. */
#include "cmd/calibrate.h"

#include "base/auto.h"
#include "base/fmt.h"
#include "base/strbuf.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- text ---- */

/* A count for one iteration: "34", "0.5", "0.0013" */
static char *per_iteration(char buf[FMT_LEN], double count, uint64_t n)
{
	double each = count / (double)n;

	if (each == rint(each))
		snprintf(buf, FMT_LEN, "%.0f", each);
	else
		snprintf(buf, FMT_LEN, "%.*g", fabs(each) < 1.0 ? 2 : 4, each);
	return buf;
}

static char *percent(char buf[FMT_LEN], double share)
{
	if (fabs(share) < 0.0001)
		snprintf(buf, FMT_LEN, "0.01 %%");
	else
		snprintf(buf, FMT_LEN, "%.*f %%", fabs(share) < 0.01 ? 2 : 1,
			 share * 100.0);
	return buf;
}

static void add_known(struct strbuf *b, const struct calibrate_check *c)
{
	char low[FMT_LEN], high[FMT_LEN];

	per_iteration(low, c->low, c->iterations);
	per_iteration(high, c->high, c->iterations);
	if (c->low < c->high)
		strbuf_addf(b, "known: %s to %s", low, high);
	else
		strbuf_addf(b, "known: %s", low);
}

/* "add-chain: 68 per iteration, known: 31.04 to 73.6" */
static void add_check(struct strbuf *b, const struct calibrate_check *c)
{
	double off = calibrate_off(c);
	char number[FMT_LEN];

	strbuf_addf(b, "%s: %s per iteration, ", c->loop->name,
		    per_iteration(number, c->counted, c->iterations));
	add_known(b, c);
	if (c->right || !isfinite(off))
		return;
	if (off > 9.0)
		strbuf_addf(b, " (%.0f times)", off + 1.0);
	else
		strbuf_addf(b, " (%s%s)", off > 0.0 ? "+" : "",
			    percent(number, off));
}

/* "within 0.01 % in 9 loops"; small numbers of a kernel event may be off. */
static void add_agreement(struct strbuf *b, const struct calibrate_counter *c)
{
	double off = fabs(calibrate_off(&c->checks[c->worst]));
	char number[FMT_LEN];

	if (off > 0.0 && off < 0.05)
		strbuf_addf(b, "within %s in ", percent(number, off));
	else
		strbuf_puts(b, "as known in ");
	strbuf_addf(b, "%zu loop%s", c->nchecks, c->nchecks == 1 ? "" : "s");
}

static void add_explanation(struct strbuf *b, const struct calibrate_counter *c)
{
	switch (c->verdict) {
	case CALIBRATE_RIGHT:
		add_agreement(b, c);
		break;
	case CALIBRATE_WRONG:
	case CALIBRATE_DEAD:
		add_check(b, &c->checks[c->worst]);
		break;
	case CALIBRATE_STARVED:
	case CALIBRATE_REFUSED:
		break;
	case CALIBRATE_UNKNOWN:
		strbuf_puts(b, "no loop here would show it");
		break;
	}
}

static void print_checks(const struct calibrate_counter *c)
{
	for (size_t i = 0; i < c->nchecks; i++) {
		AUTO(strbuf_done) struct strbuf b = { 0 };

		add_check(&b, &c->checks[i]);
		printf("    %s\n", strbuf_str(&b));
	}
}

/* Why it cannot be counted; NULL: it can. */
static const char *cannot(const struct calibrate_counter *c)
{
	if (c->verdict == CALIBRATE_STARVED)
		return "somebody else holds the counters";
	return c->verdict == CALIBRATE_REFUSED ? c->why.what : NULL;
}

static void print_counted(const struct calibration *c, bool verbose)
{
	for (size_t i = 0; i < c->ncounters; i++) {
		const struct calibrate_counter *r = &c->counters[i].result;
		AUTO(strbuf_done) struct strbuf b = { 0 };

		if (cannot(r))
			continue;
		add_explanation(&b, r);
		printf("  %-24s %-8s %s\n", c->counters[i].name,
		       calibrate_verdict_name(r->verdict), strbuf_str(&b));
		if (verbose)
			print_checks(r);
	}
}

/* The names of all that cannot be counted for one reason, and that. */
static void print_uncounted(const struct calibration *c, size_t first)
{
	const char *why = cannot(&c->counters[first].result);
	int at = 0;

	for (size_t i = first; i < c->ncounters; i++) {
		const char *name = c->counters[i].name;
		const char *same = cannot(&c->counters[i].result);

		if (!same || strcmp(same, why) != 0)
			continue;
		if (at + (int)strlen(name) > 74) {
			fputc(',', stdout);
			at = 0;
		}
		at += printf("%s%s",
			     at          ? ", "
			     : i > first ? "\n  "
					 : "  ",
			     name);
	}
	printf(":\n    cannot be counted: %s\n", why);
}

static void print_counters(const struct calibration *c, bool verbose)
{
	print_counted(c, verbose);
	for (size_t i = 0; i < c->ncounters; i++) {
		const char *why = cannot(&c->counters[i].result);
		bool told = !why;

		for (size_t k = 0; k < i && !told; k++) {
			const char *before = cannot(&c->counters[k].result);

			told = before && strcmp(before, why) == 0;
		}
		if (!told)
			print_uncounted(c, i);
	}
}

static void print_latency(enum loop_level level,
			  const struct calibrated_latency *l)
{
	char size[FMT_LEN];

	printf("  %-12s ", loop_level_name(level));
	if (!l->ns.n) {
		printf("not known: %s\n", l->why.what);
		return;
	}
	printf("%8.2f ns    to %.2f, in %s", speed_least(&l->ns),
	       speed_most(&l->ns), fmt_bytes(size, l->size));
	if (l->cycles > 0.0)
		printf(", %.1f cycles", l->cycles);
	puts(l->hidden ? "; not kept: what is in it does not stay" : "");
}

static void print_stream(const struct calibrated_stream *s)
{
	const char *name = strchr(s->loop->name, '-');
	char label[32], size[FMT_LEN];

	snprintf(label, sizeof(label), "%s, %zu CPU%s",
		 name ? name + 1 : s->loop->name, s->threads,
		 s->threads == 1 ? "" : "s");
	printf("  %-12s ", label);
	if (!s->rate.n) {
		printf("not known: %s\n", s->why.what);
		return;
	}
	printf("%8.2f GB/s  from %.2f, in %s%s\n", speed_most(&s->rate) / 1e9,
	       speed_least(&s->rate) / 1e9, fmt_bytes(size, s->size),
	       s->threads == 1 ? "" : " each");
}

static void print_clock(const struct calibration *c)
{
	printf("  %-12s %8.2f GHz   by dependent additions", "clock",
	       c->adds_hz / 1e9);
	if (c->cycles_hz > 0.0)
		printf(", %.2f by the counter of cycles", c->cycles_hz / 1e9);
	if (c->nominal_hz > 0.0)
		printf(", %.2f at most by the kernel", c->nominal_hz / 1e9);
	putchar('\n');
}

void calibration_print(const struct calibration *c, bool verbose)
{
	puts("\nCounted, with a known answer:");
	print_counters(c, verbose);
	puts("\nLatency of a load, bandwidth of memory, with their spread:");
	for (int l = 0; l < LOOP_LEVELS; l++)
		print_latency(l, &c->latency[l]);
	for (size_t i = 0; i < c->nstreams; i++)
		print_stream(&c->streams[i]);
	print_clock(c);
	if (c->path) {
		printf("\nMeasured in %.1f s, kept in '%s'.\n", c->seconds,
		       c->path);
		return;
	}
	printf("\nMeasured in %.1f s, not kept: %s\n", c->seconds,
	       c->unsaved.what);
	if (*c->unsaved.hint)
		printf("  try: %s\n", c->unsaved.hint);
}

/* ---- JSON ---- */

/* Not a thing that can be 0: then it is not known. */
static json_t *number(double value)
{
	return value > 0.0 ? json_real(value) : json_null();
}

static json_t *reason(const struct err *why)
{
	return why->code ? json_string(why->what) : json_null();
}

static json_t *json_checks(const struct calibrate_counter *c)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < c->nchecks; i++) {
		const struct calibrate_check *k = &c->checks[i];

		json_array_append_new(
			checks,
			json_pack("{s:s, s:I, s:f, s:f, s:f, s:b}", "loop",
				  k->loop->name, "iterations",
				  (json_int_t)k->iterations, "counted",
				  k->counted, "known_low", k->low, "known_high",
				  k->high, "right", k->right));
	}
	return checks;
}

static json_t *json_counters(const struct calibration *c)
{
	json_t *counters = json_array();

	for (size_t i = 0; i < c->ncounters; i++) {
		const struct calibrated_counter *k = &c->counters[i];

		json_array_append_new(
			counters,
			json_pack("{s:s, s:s, s:s, s:o, s:o}", "name", k->name,
				  "tells", loop_what_name(k->what), "verdict",
				  calibrate_verdict_name(k->result.verdict),
				  "why", reason(&k->result.why), "checks",
				  json_checks(&k->result)));
	}
	return counters;
}

static json_t *json_latencies(const struct calibration *c)
{
	json_t *levels = json_array();

	for (int l = 0; l < LOOP_LEVELS; l++) {
		const struct calibrated_latency *k = &c->latency[l];

		json_array_append_new(
			levels,
			json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:b, s:o}",
				  "level", loop_level_name(l), "bytes",
				  (json_int_t)k->size, "ns",
				  number(speed_least(&k->ns)), "ns_median",
				  number(speed_median(&k->ns)), "ns_most",
				  number(speed_most(&k->ns)), "cycles",
				  number(k->cycles), "hidden", k->hidden, "why",
				  reason(&k->why)));
	}
	return levels;
}

static json_t *json_streams(const struct calibration *c)
{
	json_t *streams = json_array();

	for (size_t i = 0; i < c->nstreams; i++) {
		const struct calibrated_stream *s = &c->streams[i];

		json_array_append_new(
			streams,
			json_pack("{s:s, s:I, s:I, s:o, s:o, s:o}", "loop",
				  s->loop->name, "threads",
				  (json_int_t)s->threads, "bytes_each",
				  (json_int_t)s->size, "bytes_per_second",
				  number(speed_most(&s->rate)),
				  "bytes_per_second_least",
				  number(speed_least(&s->rate)), "why",
				  reason(&s->why)));
	}
	return streams;
}

static json_t *json_ceilings(const struct calibration *c)
{
	json_t *ceilings = json_object();

	for (int i = 0; i < CEILINGS; i++)
		json_object_set_new(ceilings, ceiling_name(i),
				    number(c->ceilings.value[i]));
	return ceilings;
}

struct json_t *calibration_json(const struct calibration *c)
{
	return json_pack(
		"{s:f, s:b, s:o, s:o, s:o, s:{s:o, s:o, s:o}, s:o, s:s, s:o, "
		"s:o}",
		"seconds", c->seconds, "exact_loops", loop_is_exact(),
		"counters", json_counters(c), "latency", json_latencies(c),
		"bandwidth", json_streams(c), "clock", "additions_hz",
		number(c->adds_hz), "cycles_hz", number(c->cycles_hz),
		"nominal_hz", number(c->nominal_hz), "ceilings",
		json_ceilings(c), "machine", c->machine, "kept_in",
		c->path ? json_string(c->path) : json_null(), "not_kept",
		reason(&c->unsaved));
}
