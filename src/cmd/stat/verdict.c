/* What the verdict of tacho stat is made by. */
#include "cmd/stat/job.h"

#include "base/auto.h"
#include "base/strbuf.h"

#include <stdlib.h>
#include <string.h>

/* Longer commands are cut: what to try should be seen at a glance. */
#define TARGET_MAX 60

/* perf's formats and plain counts have no place for it. */
static bool wants_verdict(const struct stat_options *o)
{
	return !o->no_verdict && !o->no_counts && !o->separator &&
	       !o->perf_json && !o->plan &&
	       !(o->format && !strcmp(o->format, "csv"));
}

/* As a shell has to hear it. */
static void add_quoted(struct strbuf *b, const char *arg)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_./:=,@%+";

	if (*arg && strspn(arg, plain) == strlen(arg)) {
		strbuf_puts(b, arg);
		return;
	}
	strbuf_putc(b, '\'');
	for (; *arg; arg++) {
		if (*arg == '\'')
			strbuf_puts(b, "'\\''");
		else
			strbuf_putc(b, *arg);
	}
	strbuf_putc(b, '\'');
}

/* Bytes that a terminal obeys, line ends among them, have no place in advice. */
static bool has_control(const char *arg)
{
	for (; *arg; arg++)
		if ((unsigned char)*arg < ' ' || *arg == 0x7f)
			return true;
	return false;
}

static void add_list(struct strbuf *b, const char *option,
		     const struct opt_list *list)
{
	strbuf_puts(b, option);
	for (size_t i = 0; i < list->n; i++) {
		strbuf_putc(b, i ? ',' : ' ');
		strbuf_puts(b, list->items[i]);
	}
}

char *stat_verdict_target(const struct stat_options *o)
{
	AUTO(strbuf_done) struct strbuf command = { 0 };
	struct strbuf b = { 0 };

	if (o->pids.n) {
		add_list(&b, "-p", &o->pids);
	} else if (o->tids.n) {
		add_list(&b, "-t", &o->tids);
	} else if (o->cgroups.n) {
		add_list(&b, "-a -G", &o->cgroups);
	} else if (o->cpus) {
		strbuf_addf(&b, "-C %s", o->cpus);
	} else if (o->system_wide || !o->command) {
		strbuf_puts(&b, "-a");
	} else {
		bool fits = true;

		for (char **arg = o->command; *arg; arg++) {
			fits &= !has_control(*arg);
			strbuf_putc(&command, ' ');
			add_quoted(&command, *arg);
		}
		strbuf_puts(&b, "--");
		fits &= command.len <= TARGET_MAX;
		strbuf_puts(&b, fits ? strbuf_str(&command) : " COMMAND");
	}
	return strbuf_detach(&b);
}

int stat_verdict_prepare(struct stat_job *j, struct err *err)
{
	struct stat_verdict *v = &j->verdict;
	int r;

	if (!wants_verdict(&j->options))
		return 0;
	r = verdict_rules_load(j->known, &v->rules, err);
	if (r < 0)
		return r;
	/* what it could be at most is only asked beside what it is */
	if (metric_find(&j->metrics.list, "dram_bandwidth"))
		stat_facts_machine(j);
	v->target = stat_verdict_target(&j->options);
	v->judging = (struct report_judging){ .rules = &v->rules,
					      .target = v->target,
					      .asked = j->options.metrics.items,
					      .nasked = j->options.metrics.n };
	return 0;
}

static bool counts_hardware(const struct stat_job *j)
{
	for (size_t i = 0; i < j->events.list.n; i++)
		if (j->events.list.items[i]->hardware)
			return true;
	return false;
}

/* Why no hardware event counts: one that was left out, or one of the run. */
static const char *why_refused(const struct stat_job *j)
{
	const struct run *run = j->series.nruns ? &j->series.runs[0] : NULL;
	const char *why = NULL;

	for (size_t i = 0; i < j->events.nleft_out && !why; i++)
		if (j->events.left_out[i].hardware)
			why = j->events.left_out[i].why.what;
	for (size_t i = 0; run && run->notes && i < j->plan.ncounters; i++) {
		const struct event *e =
			j->events.list.items[j->plan.counters[i].event];

		if (!e->hardware)
			continue;
		if (!run->notes[i].why.code)
			return NULL;
		if (!why)
			why = run->notes[i].why.what;
	}
	return why;
}

const struct report_judging *stat_verdict_judging(struct stat_job *j)
{
	if (!j->verdict.judging.rules)
		return NULL;
	stat_explain_left_out(j);
	/* without counters no rule asks what the machine can do */
	if (counts_hardware(j))
		stat_facts_machine(j);
	j->verdict.judging.refused = why_refused(j);
	return &j->verdict.judging;
}

void stat_verdict_done(struct stat_verdict *v)
{
	verdict_rules_done(&v->rules);
	free(v->target);
	*v = (struct stat_verdict){ 0 };
}
