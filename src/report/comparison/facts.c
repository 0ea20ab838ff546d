/* Sentences about a comparison; see facts.h. */
#include "report/comparison/facts.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "report/comparison/choose.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The first digits of a build-id tell builds apart. */
#define BUILD_ID_SHOWN 12

/* Until the year 9999. */
#define TIME_MOST 253402300799.0

const char *facts_kind(enum facts_kind kind)
{
	switch (kind) {
	case FACTS_NOTE:
		break;
	case FACTS_WHY:
		return "why";
	case FACTS_TRY:
		return "try";
	}
	return "note";
}

static void add_line(struct facts_lines *lines, enum facts_kind kind,
		     char *text)
{
	struct facts_line line = { .kind = kind, .text = text };

	VEC_PUSH(lines->items, lines->n, line);
}

/* Programs and builds are what is compared, and said of each subject. */
static bool is_worth_telling(const struct provenance_difference *d)
{
	return d->severity == PROVENANCE_TOLD &&
	       d->what != PROVENANCE_COMMAND && d->what != PROVENANCE_PROGRAM &&
	       d->what != PROVENANCE_BUILD_ID;
}

static void add_differences(const struct comparison_report *r,
			    struct facts_lines *lines)
{
	const struct compare_subject *names = r->comparison->subjects;

	for (size_t s = 1; s < r->comparison->nsubjects; s++) {
		const struct provenance_difference *d =
			r->subjects[s].differences;

		for (size_t i = 0; i < r->subjects[s].ndifferences; i++)
			if (is_worth_telling(&d[i]))
				add_line(lines, FACTS_NOTE,
					 xasprintf("%s and %s: %s",
						   names[0].name, names[s].name,
						   d[i].text));
	}
}

struct facts_lines facts_of(const struct comparison_report *r, bool all)
{
	struct facts_lines lines = { 0 };

	for (size_t i = 0; i < r->nnotes; i++)
		add_line(&lines, FACTS_NOTE, xstrdup(r->notes[i]));
	if (all)
		add_differences(r, &lines);
	for (size_t i = 0; i < r->nleft_out; i++) {
		const struct comparison_left_out *out = &r->left_out[i];

		add_line(&lines, FACTS_WHY,
			 xasprintf("%s: %s", out->names,
				   out->why ? out->why : "not counted"));
		if (out->hint && *out->hint)
			add_line(&lines, FACTS_TRY, xstrdup(out->hint));
	}
	return lines;
}

void facts_lines_done(struct facts_lines *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		free(lines->items[i].text);
	free(lines->items);
	*lines = (struct facts_lines){ 0 };
}

bool facts_has_why(const struct comparison_report *r, size_t subject)
{
	size_t q = compare_find(r->comparison, "time");

	return r->subjects[subject].why.nparts && !r->simulated &&
	       q != SIZE_MAX &&
	       choice_differs(&r->comparison->quantities[q].results[subject]);
}

const char *facts_gate_word(enum gate_answer answer)
{
	switch (answer) {
	case GATE_HOLDS:
		return "PASS";
	case GATE_FAILS:
		return "FAIL";
	case GATE_UNSURE:
		break;
	}
	return "UNSURE";
}

char *facts_gate_words(const struct comparison_report *r,
		       const struct comparison_gate *gate)
{
	const struct comparison *c = r->comparison;
	const char *reason = gate->result.reason ? gate->result.reason : "";

	if (c->nsubjects < 3)
		return xasprintf("'%s': %s", gate->gate->text, reason);
	return xasprintf("'%s', %s: %s", gate->gate->text,
			 c->subjects[gate->subject].name, reason);
}

/* ---- where numbers come from ---- */

static const char *known(const struct provenance *p, enum provenance_what what)
{
	return p && p->items[what] && *p->items[what] ? p->items[what] : NULL;
}

static void add(struct strbuf *b, const char *before, const char *text,
		const char *after)
{
	if (text)
		strbuf_addf(b, "%s%s%s%s", b->len ? ", " : "", before, text,
			    after);
}

static void add_time(struct strbuf *b, double at)
{
	char text[64];
	struct tm tm;
	time_t seconds;

	if (!(at > 0.0 && at <= TIME_MOST))
		return;
	seconds = (time_t)at;
	if (!gmtime_r(&seconds, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%d %H:%M UTC", &tm))
		return;
	add(b, "of ", text, "");
}

static void add_runs(struct strbuf *b, const struct comparison_report *r,
		     size_t subject)
{
	const struct comparison_subject *s = &r->subjects[subject];
	size_t n = r->comparison->subjects[subject].nruns;

	strbuf_addf(b, "%s%zu run%s", b->len ? ", " : "", n, n == 1 ? "" : "s");
	if (s->dropped)
		strbuf_addf(b, " (%zu left out)", s->dropped);
}

const char *facts_command(const struct comparison_report *r, size_t subject)
{
	const char *command = r->subjects[subject].command;
	const char *name = r->comparison->subjects[subject].name;

	return command && strcmp(command, name) != 0 ? command : "";
}

char *facts_subject(const struct comparison_report *r, size_t subject)
{
	const struct comparison_subject *s = &r->subjects[subject];
	const struct provenance *p = s->provenance;
	const char *id = known(p, PROVENANCE_BUILD_ID);
	struct strbuf b = { 0 };

	add(&b, "from ", s->origin, "");
	if (s->origin)
		add_time(&b, s->started_at);
	add_runs(&b, r, subject);
	if (known(p, PROVENANCE_COMPILER)) {
		add(&b, "", known(p, PROVENANCE_COMPILER), "");
		if (known(p, PROVENANCE_LEVEL))
			strbuf_addf(&b, " %s", known(p, PROVENANCE_LEVEL));
	}
	if (id)
		strbuf_addf(&b, ", build-id %.*s%s", BUILD_ID_SHOWN, id,
			    strlen(id) > BUILD_ID_SHOWN ? "..." : "");
	return strbuf_detach(&b);
}

char *facts_machine(const struct comparison_report *r)
{
	const struct provenance *p = r->subjects[0].provenance;
	const char *hypervisor = known(p, PROVENANCE_HYPERVISOR);
	const char *cpus = known(p, PROVENANCE_CPUS);
	struct strbuf b = { 0 };

	add(&b, "", known(p, PROVENANCE_CPU_MODEL), "");
	if (!b.len)
		add(&b, "", known(p, PROVENANCE_PLATFORM), "");
	add(&b, "", cpus, cpus && !strcmp(cpus, "1") ? " CPU" : " CPUs");
	if (hypervisor && strcmp(hypervisor, "none") != 0)
		add(&b, "in ", hypervisor, "");
	add(&b, "", known(p, PROVENANCE_KERNEL), "");
	add(&b, "governor ", known(p, PROVENANCE_GOVERNOR), "");
	return strbuf_detach(&b);
}

/* "50 runs of each", "50, 50 and 48 runs" */
static void put_counts(struct strbuf *b, const struct comparison *c)
{
	bool alike = true;

	for (size_t s = 1; s < c->nsubjects; s++)
		alike &= c->subjects[s].nruns == c->subjects[0].nruns;
	if (alike) {
		size_t n = c->nsubjects ? c->subjects[0].nruns : 0;

		strbuf_addf(b, "%zu run%s of each", n, n == 1 ? "" : "s");
		return;
	}
	for (size_t s = 0; s < c->nsubjects; s++)
		strbuf_addf(b, "%s%zu",
			    !s                     ? ""
			    : s + 1 < c->nsubjects ? ", "
						   : " and ",
			    c->subjects[s].nruns);
	strbuf_puts(b, " runs");
}

static bool has_intervals(const struct comparison *c)
{
	for (size_t q = 0; q < c->nquantities; q++)
		for (size_t s = 1; s < c->nsubjects; s++)
			if (c->quantities[q].results[s].resampled)
				return true;
	return false;
}

char *facts_method(const struct comparison_report *r)
{
	const struct comparison *c = r->comparison;
	struct strbuf b = { 0 };

	put_counts(&b, c);
	if (has_intervals(c))
		strbuf_puts(&b, c->paired ? ", in turns" : ", not in turns");
	if (r->has_seed)
		strbuf_addf(&b, ", seed %llu", (unsigned long long)r->seed);
	if (r->interrupted)
		strbuf_puts(&b, ", interrupted");
	strbuf_addf(&b, "; differences below %g %% do not count",
		    c->options.noise * 100.0);
	if (has_intervals(c)) {
		strbuf_addf(&b, "; %g %% intervals",
			    c->options.confidence * 100.0);
		if (c->tests > 1)
			strbuf_addf(&b, ", corrected for %zu numbers",
				    c->tests);
	}
	if (r->source_how && *r->source_how)
		strbuf_addf(&b, "; %s by %s",
			    r->simulated ? "simulated" : "counted",
			    r->source_how);
	else if (r->source && *r->source)
		strbuf_addf(&b, "; %s by %s",
			    r->simulated ? "simulated" : "counted", r->source);
	if (r->version && *r->version)
		strbuf_addf(&b, "; tacho %s", r->version);
	return strbuf_detach(&b);
}
