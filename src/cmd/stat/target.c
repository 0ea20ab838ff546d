/* From options to the target of tacho stat. */
#include "cmd/stat/stat.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <errno.h>
#include <string.h>

static int choose_cpus(const struct stat_options *o,
		       const struct topology *topology, struct target *t,
		       struct err *err)
{
	int r;

	if (!o->cpus) {
		t->cpus = cpuset_copy(&topology->online);
		return 0;
	}
	r = cpuset_parse(o->cpus, &t->cpus, err);
	if (r < 0)
		return err_prefix(err, "-C");
	if (!t->cpus.n)
		return err_set(err, -EINVAL, "-C: the list is empty");
	for (size_t i = 0; i < t->cpus.n; i++) {
		if (cpuset_has(&topology->online, t->cpus.cpus[i]))
			continue;
		AUTO_FREE char *online = cpuset_format(&topology->online);

		return err_set(err, -EINVAL,
			       "-C: CPU %d is not online; these are: %s",
			       t->cpus.cpus[i], online);
	}
	return 0;
}

static int choose_cgroups(const struct stat_options *o, struct target *t,
			  struct err *err)
{
	for (size_t i = 0; i < o->cgroups.n; i++) {
		AUTO_FREE char *copy = xstrdup(o->cgroups.items[i]);
		char *save = NULL;

		for (char *w = strtok_r(copy, ",", &save); w;
		     w = strtok_r(NULL, ",", &save))
			VEC_PUSH(t->cgroups, t->ncgroups, xstrdup(w));
	}
	if (o->cgroups.n && !t->ncgroups)
		return err_set(err, -EINVAL, "-G: no cgroup given");
	return 0;
}

int stat_target_make(const struct stat_options *o,
		     const struct topology *topology, struct target *ret,
		     struct err *err)
{
	struct target t = { .argv = o->command, .inherit = !o->no_inherit };
	int r = 0;

	for (size_t i = 0; i < o->pids.n && r == 0; i++)
		r = target_parse_pids(o->pids.items[i], "process", &t.pids,
				      &t.npids, err);
	for (size_t i = 0; i < o->tids.n && r == 0; i++)
		r = target_parse_pids(o->tids.items[i], "thread", &t.tids,
				      &t.ntids, err);
	t.all_threads = o->per_thread && o->system_wide;
	t.system_wide =
		!t.all_threads && (o->system_wide || o->cpus || o->cgroups.n);
	if (t.system_wide && r == 0)
		r = choose_cpus(o, topology, &t, err);
	if (r == 0)
		r = choose_cgroups(o, &t, err);
	if (r < 0) {
		target_done(&t);
		return r;
	}
	*ret = t;
	return 0;
}

static void add_list(struct strbuf *b, const struct opt_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		strbuf_addf(b, "%s%s", i ? "," : "", list->items[i]);
}

char *stat_target_text(const struct stat_options *o)
{
	struct strbuf b = { 0 };

	if (o->command && !o->pids.n && !o->tids.n && !o->system_wide &&
	    !o->cpus) {
		strbuf_putc(&b, '\'');
		for (char **a = o->command; *a; a++)
			strbuf_addf(&b, "%s%s", a == o->command ? "" : " ", *a);
		strbuf_putc(&b, '\'');
	} else if (o->pids.n) {
		strbuf_puts(&b, "process id '");
		add_list(&b, &o->pids);
		strbuf_putc(&b, '\'');
	} else if (o->tids.n) {
		strbuf_puts(&b, "thread id '");
		add_list(&b, &o->tids);
		strbuf_putc(&b, '\'');
	} else if (o->cpus) {
		strbuf_addf(&b, "'CPU(s) %s'", o->cpus);
	} else {
		strbuf_puts(&b, "'system wide'");
	}
	return strbuf_detach(&b);
}
