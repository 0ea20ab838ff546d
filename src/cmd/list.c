/*
 * tacho list: what can be counted by which name.
 *
 * A word that is a group's shows the group; any other is a pattern over all
 * names.  With -v a word may be anything that -e takes, and is resolved.
 */
#include "cmd/list.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "cmd/opt.h"

#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <linux/perf_event.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *word, *also;
	const char *title;
	unsigned links;
} groups[] = {
	[LIST_HW] = { "hw", "hardware", "Hardware events",
		      1U << EVENT_LINK_GENERIC },
	[LIST_SW] = { "sw", "software", "Software events",
		      1U << EVENT_LINK_GENERIC },
	[LIST_CACHE] = { "cache", "hwcache", "Hardware cache events",
			 1U << EVENT_LINK_GENERIC },
	[LIST_TABLES] = { "tables", "table", "Events of this CPU by our names",
			  1U << EVENT_LINK_TABLE },
	[LIST_PMU] = { "pmu", "sysfs", "Events of the kernel's PMUs",
		       1U << EVENT_LINK_SYSFS },
	[LIST_PFM] = { "pfm", "libpfm4", "Events of this CPU by libpfm4",
		       1U << EVENT_LINK_PFM },
	[LIST_TRACEPOINT] = { "tracepoint", "tracepoints", "Tracepoints",
			      1U << EVENT_LINK_TRACEFS },
	[LIST_METRICS] = { "metrics", "metric",
			   "Derived numbers (tacho stat -M)", 0 },
	[LIST_SETS] = { "sets", "set", "Sets of them (tacho stat -M)", 0 },
};
_Static_assert(ARRAY_LEN(groups) == LIST_NGROUPS, "one row per group");

struct options {
	int verbose;
	const char *sysroot, *format;
	struct opt_list event_dirs;
	bool help;
};

#define AT(field) .offset = offsetof(struct options, field)

static const struct opt table[] = {
	{ OPT_COUNT, 'v', "verbose", NULL,
	  "for each EVENT: which link of the chain knows it and what the kernel "
	  "is asked for; for each metric: its formula, what it is made of and what "
	  "a high value means; -vv also says how that was found out",
	  AT(verbose) },
	{ OPT_STRING, 0, "format", "text|json", "how it is shown", AT(format) },
	{ OPT_LIST, 0, "events", "DIR",
	  "read more definitions of events and metrics from DIR, or from one "
	  "file",
	  AT(event_dirs) },
	{ OPT_STRING, 0, "sysroot", "DIR",
	  "show the recorded machine below DIR instead of this one",
	  AT(sysroot) },
	{ OPT_FLAG, 'h', "help", NULL, "this text", AT(help) },
};

struct list {
	struct options o;
	struct rootfs root;
	struct resolver *resolver;
	const struct catalog *catalog; /* the resolver's */
	struct metric_list metrics;
	struct list_result result;
	/* of the pattern at hand */
	const char *pattern; /* NULL: everything */
	int group;           /* -1: all */
	struct suggest *suggest;
};

const char *list_group_word(enum list_group group)
{
	return groups[group].word;
}

const char *list_group_title(enum list_group group)
{
	return groups[group].title;
}

static int group_of_word(const char *word)
{
	for (int i = 0; i < LIST_NGROUPS; i++)
		if (strcmp(groups[i].word, word) == 0 ||
		    strcmp(groups[i].also, word) == 0)
			return i;
	return -1;
}

static bool matches(const char *pattern, const char *name)
{
	if (!pattern)
		return true;
	if (strpbrk(pattern, "*?["))
		return fnmatch(pattern, name, FNM_CASEFOLD) == 0;
	return strcasestr(name, pattern) != NULL;
}

static void add_row(struct list *l, enum list_group group, const char *name,
		    const char *pmu, const char *help)
{
	struct list_row row = { .group = group };

	if ((l->group >= 0 && l->group != (int)group) ||
	    !matches(l->pattern, name))
		return;
	row.name = xstrdup(name);
	row.pmu = xstrdup(pmu);
	row.help = xstrdup(help);
	VEC_PUSH(l->result.rows, l->result.nrows, row);
}

static int group_of(const struct resolve_name *n)
{
	switch (n->link) {
	case EVENT_LINK_GENERIC:
		if (strcmp(n->pmu, "cache") == 0)
			return LIST_CACHE;
		return strcmp(n->pmu, "software") == 0 ? LIST_SW : LIST_HW;
	case EVENT_LINK_PFM:
		return LIST_PFM;
	case EVENT_LINK_SYSFS:
		/* "slots" is the short form of "cpu/slots/" */
		return strchr(n->name, '/') ? LIST_PMU : -1;
	case EVENT_LINK_TABLE:
		return LIST_TABLES;
	case EVENT_LINK_TRACEFS:
		return LIST_TRACEPOINT;
	case EVENT_LINK_RAW:
	case EVENT_LINK_BREAKPOINT:
	case EVENT_LINK_CACHEGRIND:
		break;
	}
	return -1;
}

static int take_name(const struct resolve_name *n, void *arg)
{
	struct list *l = arg;
	int group = group_of(n);

	if (l->suggest)
		suggest_offer(l->suggest, n->name);
	else if (group >= 0)
		add_row(l, (enum list_group)group, n->name,
			group == LIST_PMU || group == LIST_PFM ? n->pmu : "",
			n->help);
	return 0;
}

static void add_all(struct list *l)
{
	unsigned links = l->group < 0 ? ~0U : groups[l->group].links;

	resolver_each_name_of(l->resolver, links, take_name, l);
	for (size_t i = 0; i < l->metrics.n; i++) {
		const struct metric *m = &l->metrics.items[i];

		if (m->formula)
			add_row(l, LIST_METRICS, m->name, "",
				*m->title ? m->title : m->about);
	}
	for (size_t i = 0; i < l->catalog->nlive; i++) {
		const struct section *s = l->catalog->live[i];
		const char *title = section_get(s, "title", NULL);

		if (!strcmp(s->kind, "set"))
			add_row(l, LIST_SETS, s->name, "", title ? title : "");
	}
}

static int by_group(const void *a, const void *b)
{
	const struct list_row *x = a, *y = b;
	int r = (int)x->group - (int)y->group;

	if (r == 0)
		r = strcmp(x->pmu, y->pmu);
	return r ? r : strverscmp(x->name, y->name);
}

static void free_row(struct list_row *row)
{
	free(row->name);
	free(row->pmu);
	free(row->help);
}

/* Sorted, and each once though two patterns fit it. */
static void settle_rows(struct list_result *r)
{
	size_t kept = 0;

	if (r->nrows)
		qsort(r->rows, r->nrows, sizeof(*r->rows), by_group);
	for (size_t i = 0; i < r->nrows; i++) {
		if (kept && by_group(&r->rows[kept - 1], &r->rows[i]) == 0)
			free_row(&r->rows[i]);
		else
			r->rows[kept++] = r->rows[i];
	}
	r->nrows = kept;
}

static void no_match(struct list *l, const char *word, const char *problem)
{
	struct suggest s;
	char near[300];

	if (problem) {
		fprintf(stderr, "tacho list: %s\n", problem);
		return;
	}
	suggest_init(&s, word);
	l->suggest = &s;
	for (int i = 0; i < LIST_NGROUPS; i++)
		suggest_offer(&s, groups[i].word);
	for (size_t i = 0; i < l->catalog->nlive; i++)
		if (!strcmp(l->catalog->live[i]->kind, "metric") ||
		    !strcmp(l->catalog->live[i]->kind, "set"))
			suggest_offer(&s, l->catalog->live[i]->name);
	resolver_each_name(l->resolver, take_name, l);
	suggest_text(&s, near, sizeof(near));
	fprintf(stderr, "tacho list: nothing matches '%s'\n", word);
	if (*near)
		fprintf(stderr, "  %s\n", near);
	suggest_done(&s);
	l->suggest = NULL;
}

static bool add_metric(struct list *l, const char *name)
{
	struct list_result *r = &l->result;
	bool found = false;

	for (size_t i = 0; i < l->metrics.n; i++) {
		const struct metric *m = &l->metrics.items[i];

		if (strcmp(m->name, name) != 0)
			continue;
		VEC_PUSH(r->metrics, r->nmetrics,
			 list_metric_of(m, l->resolver));
		found = true;
	}
	return found;
}

static bool add_set(struct list *l, const char *name)
{
	struct list_result *r = &l->result;
	struct metric_set set;
	struct err err = { 0 };

	if (metric_set_find(l->catalog, name, &set, &err) < 0)
		return false;
	VEC_PUSH(r->sets, r->nsets, set);
	return true;
}

/* Resolve @word as -e would; *problem says why not.  The caller frees it. */
static bool add_events(struct list *l, const char *word, char **problem)
{
	AUTO(resolve_problems_done) struct resolve_problems problems = { 0 };
	AUTO(spec_done) struct spec spec = { 0 };
	struct event_list found = { 0 };
	struct err err = { 0 };

	*problem = NULL;
	if (spec_parse(&spec, word, &err) < 0) {
		*problem = xstrdup(err.what);
		return false;
	}
	if (resolve_spec(l->resolver, &spec, &found, &problems, &err) < 0) {
		*problem = resolve_problems_text(&spec, &problems);
		return false;
	}
	for (size_t i = 0; i < found.n; i++)
		VEC_PUSH(l->result.events.items, l->result.events.n,
			 found.items[i]);
	free(found.items);
	return true;
}

/* A whole group is empty: why? */
static void no_names(struct list *l)
{
	AUTO_FREE char *key = cpu_key(resolver_cpu(l->resolver));
	AUTO_FREE char *problem = NULL;

	switch ((enum list_group)l->group) {
	case LIST_TABLES:
		fprintf(stderr,
			"tacho list: events/ has no file for this CPU (%s)\n",
			key);
		break;
	case LIST_PFM:
		fprintf(stderr,
			"tacho list: libpfm4 has no names for this CPU (%s); "
			"-vv may say more\n",
			key);
		break;
	case LIST_PMU:
		fprintf(stderr, "tacho list: no PMU has events in sysfs\n");
		break;
	case LIST_TRACEPOINT:
		/* as good as any, to hear what is in the way of all */
		if (!add_events(l, "sched:sched_switch", &problem))
			fprintf(stderr, "tacho list: %s\n", problem);
		break;
	case LIST_HW:
	case LIST_SW:
	case LIST_CACHE:
	case LIST_METRICS:
	case LIST_SETS:
	case LIST_NGROUPS:
		fprintf(stderr, "tacho list: there are no %s here\n",
			groups[l->group].word);
	}
}

/* One word of the command line; false when nothing fits it. */
static bool add_word(struct list *l, const char *word)
{
	AUTO_FREE char *problem = NULL;
	size_t before = l->result.nrows;

	l->group = group_of_word(word);
	l->pattern = l->group < 0 ? word : NULL;
	if (l->group >= 0) {
		add_all(l);
		if (l->result.nrows > before)
			return true;
		no_names(l);
		return false;
	}
	if (l->o.verbose) {
		bool metric = add_metric(l, word);

		metric |= add_set(l, word);
		if (add_events(l, word, &problem) || metric)
			return true;
	}
	add_all(l);
	if (l->result.nrows > before)
		return true;
	/* what no list can hold, like r1a8 and cpu/event=0x3c/ */
	if (!l->o.verbose && add_events(l, word, &problem))
		return true;
	no_match(l, word,
		 l->o.verbose || strpbrk(word, "/,{") ? problem : NULL);
	return false;
}

static bool has_hardware(struct list *l)
{
	return resolver_cpu(l->resolver)->ncore_types > 0;
}

static int show(struct list *l)
{
	settle_rows(&l->result);
	if (l->o.format && strcmp(l->o.format, "json") == 0)
		return list_print_json(stdout, &l->result);
	list_print_text(stdout, &l->result, has_hardware(l));
	return 0;
}

static int print_error(const struct err *err)
{
	fprintf(stderr, "tacho list: %s\n", err->what);
	if (*err->hint)
		fprintf(stderr, "  try: %s\n", err->hint);
	return CMD_USAGE;
}

static int run(struct list *l, int nwords, char **words)
{
	struct err err = { 0 };
	int status = CMD_OK;

	l->root.prefix = l->o.sysroot ? l->o.sysroot : "";
	if (!rootfs_exists(&l->root, "/sys")) {
		err_set(&err, -ENOENT, "--sysroot: there is no '%s/sys'",
			l->root.prefix);
		return print_error(&err);
	}
	l->resolver = resolver_new(&l->root, l->o.event_dirs.items,
				   l->o.event_dirs.n);
	l->catalog = resolver_catalog(l->resolver, &err);
	if (!l->catalog || metric_load(l->catalog, &l->metrics, &err) < 0)
		return print_error(&err);
	for (size_t i = 0; i < l->catalog->nwarnings; i++)
		fprintf(stderr, "tacho list: %s\n", l->catalog->warnings[i]);
	for (size_t i = 0; i < l->metrics.nwarnings; i++)
		fprintf(stderr, "tacho list: %s\n", l->metrics.warnings[i]);
	l->group = -1;
	if (!nwords)
		add_all(l);
	for (int i = 0; i < nwords; i++)
		if (!add_word(l, words[i]))
			status = l->o.verbose && l->group < 0 ? CMD_USAGE
							      : CMD_FAILED;
	if (show(l) < 0)
		status = CMD_FAILED;
	return status;
}

static void done(struct list *l)
{
	for (size_t i = 0; i < l->result.nrows; i++)
		free_row(&l->result.rows[i]);
	free(l->result.rows);
	for (size_t i = 0; i < l->result.nmetrics; i++)
		list_metric_done(&l->result.metrics[i]);
	free(l->result.metrics);
	for (size_t i = 0; i < l->result.nsets; i++)
		metric_set_done(&l->result.sets[i]);
	free(l->result.sets);
	event_list_done(&l->result.events);
	metric_list_done(&l->metrics);
	resolver_free(l->resolver);
	opt_list_done(&l->o.event_dirs);
}

static void print_help(void)
{
	printf("usage: tacho list [OPTIONS] [GROUP | PATTERN]...\n"
	       "       tacho list -v EVENT | METRIC | SET...\n\n"
	       "Shows the names that tacho stat -e takes, and what is derived "
	       "from them (-M).\n"
	       "A PATTERN is a part of a name, or has * and ?; an EVENT is "
	       "anything that\n-e takes.\n\n"
	       "groups:\n");
	for (size_t i = 0; i < LIST_NGROUPS; i++)
		printf("  %-26s%s\n", groups[i].word, groups[i].title);
	printf("\noptions:\n");
	opt_print(stdout, table, ARRAY_LEN(table));
	printf("\nexamples:\n"
	       "  tacho list cache           hardware cache events\n"
	       "  tacho list '*branch*'      all names with \"branch\"\n"
	       "  tacho list -v cycles:u     what the kernel is asked for\n"
	       "  tacho list -v ipc          how a derived number is made\n");
}

/*
 * Options may follow the names here: there is no program to measure.  The
 * names go to the front of @argv; returns how many, or -EINVAL.
 */
static int parse(struct options *o, int argc, char **argv, struct err *err)
{
	int n = 0, i = 0;

	while (i < argc - 1) {
		int next = opt_parse(table, ARRAY_LEN(table), o, argc - i,
				     argv + i, err);

		if (next < 0)
			return next;
		i += next;
		if (i < argc)
			argv[n++] = argv[i];
	}
	if (o->format && strcmp(o->format, "text") != 0 &&
	    strcmp(o->format, "json") != 0)
		return err_set(err, -EINVAL,
			       "--format: '%s' is neither text nor json",
			       o->format);
	return n;
}

int cmd_list(int argc, char **argv)
{
	struct list l = { 0 };
	struct err err = { 0 };
	int nwords = parse(&l.o, argc, argv, &err), status;

	if (nwords < 0) {
		status = print_error(&err);
	} else if (l.o.help) {
		print_help();
		status = CMD_OK;
	} else {
		log_set_level(l.o.verbose - 1);
		status = run(&l, nwords, argv);
	}
	done(&l);
	return status;
}
