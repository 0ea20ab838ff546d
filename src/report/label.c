/* Texts that more than one view needs; see label.h. */
#include "report/label.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *label_place(char buf[LABEL_LEN], const struct bin *bin)
{
	buf[0] = '\0';
	switch (bin->by) {
	case AGGREGATE_ALL:
		break;
	case AGGREGATE_CPU:
		if (bin->cpu >= 0)
			snprintf(buf, LABEL_LEN, "CPU%d", bin->cpu);
		break;
	case AGGREGATE_CORE:
		snprintf(buf, LABEL_LEN, "S%d-D%d-C%d", bin->socket, bin->die,
			 bin->core);
		break;
	case AGGREGATE_DIE:
		snprintf(buf, LABEL_LEN, "S%d-D%d", bin->socket, bin->die);
		break;
	case AGGREGATE_SOCKET:
		snprintf(buf, LABEL_LEN, "S%d", bin->socket);
		break;
	case AGGREGATE_NODE:
		snprintf(buf, LABEL_LEN, "N%d", bin->node);
		break;
	case AGGREGATE_THREAD:
		snprintf(buf, LABEL_LEN, "%s-%d", bin->comm, (int)bin->tid);
		break;
	case AGGREGATE_PROCESS:
		snprintf(buf, LABEL_LEN, "%s-%d", bin->comm, (int)bin->pid);
		break;
	}
	/* A program may call its threads what it likes. */
	for (char *p = buf; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return buf;
}

const char *label_by(enum aggregate_by by)
{
	static const char *const names[] = {
		[AGGREGATE_ALL] = "",          [AGGREGATE_CPU] = "cpu",
		[AGGREGATE_CORE] = "core",     [AGGREGATE_DIE] = "die",
		[AGGREGATE_SOCKET] = "socket", [AGGREGATE_NODE] = "node",
		[AGGREGATE_THREAD] = "thread", [AGGREGATE_PROCESS] = "process",
	};
	_Static_assert(ARRAY_LEN(names) == AGGREGATE_PROCESS + 1,
		       "one name per way");

	return names[by];
}

/* @name with @mods, but for those that it has. */
static char *with_mods(const char *name, const char *mods)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };
	const char *colon = strrchr(name, ':');
	size_t len = strlen(name);
	const char *own = "";

	if (colon && colon[1] && !colon[1 + strspn(colon + 1, "ukhGHIpPSDeW")])
		own = colon + 1;
	strbuf_puts(&b, name);
	if (!*own && !(len && name[len - 1] == '/') && *mods)
		strbuf_putc(&b, ':');
	for (; *mods; mods++)
		if (!strchr(own, *mods))
			strbuf_putc(&b, *mods);
	return strbuf_detach(&b);
}

char *label_event_perf(const struct report_row *row)
{
	return with_mods(row->event->name, row->user_only ? "u" : "");
}

char *label_event(const struct report_row *row)
{
	const char *group = row->event->group_mods;
	AUTO_FREE char *name =
		with_mods(row->event->name, row->user_only ? "u" : "");

	return with_mods(name, group ? group : "");
}

const char *label_cgroup(const struct report *report, const struct bin *bin)
{
	if (bin->cgroup < 0 || !report->about->cgroups)
		return NULL;
	return report->about->cgroups[bin->cgroup];
}

const char *label_source(const struct report_about *about)
{
	return about->source.name ? about->source.name : "perf";
}

int label_digits(const struct event *event)
{
	return floor(event->scale) == event->scale ? 0 : 2;
}

double label_share(const struct value *value)
{
	if (!value->enabled_ns)
		return 1.0;
	return (double)value->running_ns / (double)value->enabled_ns;
}

bool label_error(const struct value *value, double *percent, int *digits)
{
	if (value->state != READING_SCALED || value->error < 0.0 ||
	    value->number == 0.0)
		return false;
	*percent = 100.0 * value->error / fabs(value->number);
	*digits = *percent < 0.1 ? 2 : 1;
	return true;
}

double label_factor(const struct metric *metric)
{
	return strcmp(metric->unit, "%") == 0 ? 100.0 : 1.0;
}

const char *label_metric_state(const struct metric_value *value)
{
	if (value->absent)
		return "absent";
	if (!value->together)
		return "apart";
	return value->scaled ? "scaled" : "ok";
}

json_t *label_json(const char *text)
{
	json_t *json = json_string(text);
	AUTO_FREE char *plain = NULL;

	if (json)
		return json;
	plain = xstrdup(text);
	for (char *p = plain; *p; p++)
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	return json_string(plain);
}

char *label_quoted(const char *text)
{
	json_t *json = label_json(text);
	char *quoted = json_dumps(json, JSON_ENCODE_ANY);

	json_decref(json);
	return quoted ? quoted : xstrdup("\"\"");
}
