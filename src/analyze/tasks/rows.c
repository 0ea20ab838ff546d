/* Which rows there are, in which order, with which cells. */
#include "analyze/tasks/model.h"
#include "analyze/tasks/tree.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/suggest.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* ---- which tasks ---- */

struct filter {
	struct tasks *t;
	const struct rows_options *o;
	regex_t regex;
	bool has_regex;
};

static void filter_done(struct filter *f)
{
	if (f->has_regex)
		regfree(&f->regex);
}

static int filter_init(struct filter *f, struct tasks *t,
		       const struct rows_options *o, struct err *err)
{
	char text[200];
	int r;

	*f = (struct filter){ .t = t, .o = o };
	if (!o->filter || !*o->filter)
		return 0;
	r = regcomp(&f->regex, o->filter, REG_EXTENDED | REG_NOSUB);
	if (r) {
		regerror(r, &f->regex, text, sizeof(text));
		return err_set(err, -EINVAL, "filter '%.60s': %s", o->filter,
			       text);
	}
	f->has_regex = true;
	if (t->filter && !strcmp(t->filter, o->filter))
		return 0;
	free(t->filter);
	t->filter = xstrdup(o->filter);
	free(t->matches);
	t->matches = NULL;
	return 0;
}

static bool matches(const struct filter *f, const struct task *task)
{
	const char *command =
		task->command && *task->command ? task->command : task->comm;

	return !regexec(&f->regex, command, 0, NULL, 0) ||
	       !regexec(&f->regex, users_name(&f->t->users, task->uid), 0, NULL,
			0);
}

/* The answer is remembered: rows are asked for with every key. */
static bool matches_known(const struct filter *f, const struct task *task)
{
	struct tasks *t = f->t;
	size_t i = (size_t)(task - t->look.tasks);

	if (!t->matches)
		t->matches = xcalloc(t->look.ntasks + 1, 1);
	if (!t->matches[i])
		t->matches[i] = matches(f, task) ? 1 : 2;
	return t->matches[i] == 1;
}

static bool is_user(const struct filter *f, uid_t uid)
{
	const char *wanted = f->o->search_user;
	int number;

	return !strcmp(users_name(&f->t->users, uid), wanted) ||
	       (parse_int(wanted, &number) == 0 && number >= 0 &&
		(uid_t)number == uid);
}

static bool is_idle(const struct task *task)
{
	return !task->user_ns && !task->sys_ns &&
	       task->slot == TASK_NOT_COUNTED;
}

static bool is_wanted(const struct filter *f, const struct task *task,
		      bool in_look)
{
	const struct rows_options *o = f->o;

	if ((o->hide_kernel && task->kernel) || (o->hide_idle && is_idle(task)))
		return false;
	if (o->search_user && *o->search_user && !is_user(f, task->uid))
		return false;
	if (!f->has_regex)
		return true;
	return in_look ? matches_known(f, task) : matches(f, task);
}

/* ---- what rows are made of ---- */

static uint64_t group_id(enum rows_by by, const struct task *task)
{
	switch (by) {
	case ROWS_PROCESS:
	case ROWS_THREAD:
		break;
	case ROWS_USER:
		return user_id(task->uid);
	case ROWS_CGROUP:
		return cgroup_id(task->cgroup);
	}
	return task_id(task);
}

static void collect_tasks(struct tasks *t, const struct filter *f)
{
	bool threads = f->o->by == ROWS_THREAD && t->look.has_threads;
	double since = t->look.at - f->o->keep_dead_s;

	for (size_t i = 0; i < t->look.ntasks; i++) {
		const struct task *task = &t->look.tasks[i];

		if ((task->tid != 0) != threads || !is_wanted(f, task, true))
			continue;
		t->sources[t->nsources++] =
			(struct source){ .id = task_id(task), .task = task };
	}
	for (size_t i = 0; i < t->nended; i++) {
		struct ended *e = t->ended[i];

		if ((e->task.tid != 0) != threads || e->at < since ||
		    !(f->o->keep_dead_s > 0.0) ||
		    !is_wanted(f, &e->task, false))
			continue;
		t->sources[t->nsources++] = (struct source){ .id = e->id,
							     .task = &e->task,
							     .ended = e };
	}
}

struct member {
	uint64_t group;
	uint32_t task;
};

static int by_group(const void *a, const void *b)
{
	const struct member *x = a, *y = b;

	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return x->task < y->task ? -1 : x->task > y->task;
}

static void collect_groups(struct tasks *t, const struct filter *f)
{
	AUTO_FREE struct member *all =
		xcalloc(t->look.ntasks + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < t->look.ntasks; i++) {
		const struct task *task = &t->look.tasks[i];

		if (!task->tid && is_wanted(f, task, true))
			all[n++] = (struct member){ group_id(f->o->by, task),
						    (uint32_t)i };
	}
	qsort(all, n, sizeof(*all), by_group);
	t->members = xreallocarray(t->members, n + 1, sizeof(*t->members));
	for (size_t i = 0; i < n; i++) {
		t->members[i] = all[i].task;
		if (!i || all[i].group != all[i - 1].group)
			t->sources[t->nsources++] = (struct source){
				.id = all[i].group,
				.task = &t->look.tasks[all[i].task],
				.first = (uint32_t)i
			};
		t->sources[t->nsources - 1].n++;
	}
}

static void collect(struct tasks *t, const struct filter *f)
{
	t->nsources = 0;
	t->sources = xreallocarray(t->sources, t->look.ntasks + t->nended + 1,
				   sizeof(*t->sources));
	if (f->o->by == ROWS_USER || f->o->by == ROWS_CGROUP)
		collect_groups(t, f);
	else
		collect_tasks(t, f);
}

/* ---- order ---- */

struct key {
	double number;
	const char *text;
	bool absent;
	double cpu; /* among equals */
	pid_t pid, tid;
	size_t source;
};

static int compare_numbers(double a, double b)
{
	return a < b ? -1 : a > b;
}

static int compare_keys(const void *a, const void *b, void *arg)
{
	const struct key *x = a, *y = b;
	const bool *down = arg;
	int r;

	if (x->absent != y->absent)
		return x->absent ? 1 : -1;
	if (x->absent)
		r = 0;
	else if (x->text)
		r = strcmp(x->text, y->text);
	else
		r = compare_numbers(x->number, y->number);
	if (r)
		return *down ? -r : r;
	r = compare_numbers(y->cpu, x->cpu);
	if (!r)
		r = x->pid < y->pid ? -1 : x->pid > y->pid;
	if (!r)
		r = x->tid < y->tid ? -1 : x->tid > y->tid;
	return r ? r : (x->source < y->source ? -1 : x->source > y->source);
}

static void make_key(struct tasks *t, size_t i, const struct column *c,
		     struct key *ret)
{
	struct subject s;
	struct cell cell;

	subject_of_source(t, &t->sources[i], &s);
	cell_make(t, &s, c, &cell);
	*ret = (struct key){ .number = cell.number,
			     .text = cell.kind == CELL_TEXT ? cell.text : NULL,
			     .absent = cell.kind == CELL_ABSENT,
			     .cpu = s.amounts.user_ns + s.amounts.sys_ns,
			     .pid = s.task->pid,
			     .tid = s.task->tid,
			     .source = i };
}

static size_t *make_order(struct tasks *t, const struct rows_options *o,
			  const struct column *c)
{
	AUTO_FREE struct key *keys = xcalloc(t->nsources + 1, sizeof(*keys));
	size_t *order = xcalloc(t->nsources + 1, sizeof(*order));
	bool down = c->descending != o->reverse;

	for (size_t i = 0; i < t->nsources; i++)
		make_key(t, i, c, &keys[i]);
	qsort_r(keys, t->nsources, sizeof(*keys), compare_keys, &down);
	for (size_t i = 0; i < t->nsources; i++)
		order[i] = keys[i].source;
	return order;
}

/* ---- the tree ---- */

/* The nearest ancestor that has a row. */
static size_t parent_of(const struct tasks *t, const size_t *rows,
			const struct task *task)
{
	for (size_t steps = 0; steps <= t->look.ntasks; steps++) {
		const struct task *up = tick_find(&t->look, task->ppid, 0);

		if (!up || up == task)
			return SIZE_MAX;
		if (rows[up - t->look.tasks] != SIZE_MAX)
			return rows[up - t->look.tasks];
		task = up;
	}
	return SIZE_MAX;
}

static bool is_folded(const struct rows_options *o, uint64_t id)
{
	for (size_t i = 0; i < o->nfolded; i++)
		if (o->folded[i] == id)
			return true;
	return false;
}

static size_t make_tree(const struct tasks *t, const struct rows_options *o,
			const size_t *order, struct tree_place *ret)
{
	size_t n = t->nsources;
	AUTO_FREE size_t *rows = xcalloc(t->look.ntasks + 1, sizeof(*rows));
	AUTO_FREE size_t *parents = xcalloc(n + 1, sizeof(*parents));
	AUTO_FREE bool *folded = xcalloc(n + 1, sizeof(*folded));

	for (size_t i = 0; i < t->look.ntasks; i++)
		rows[i] = SIZE_MAX;
	for (size_t i = 0; i < n; i++)
		if (!t->sources[i].ended)
			rows[t->sources[i].task - t->look.tasks] = i;
	for (size_t i = 0; i < n; i++) {
		parents[i] = parent_of(t, rows, t->sources[i].task);
		if (parents[i] == i)
			parents[i] = SIZE_MAX;
		folded[i] = is_folded(o, t->sources[i].id);
	}
	return tree_make(parents, n, order, folded, ret);
}

static size_t make_places(const struct tasks *t, const struct rows_options *o,
			  const size_t *order, struct tree_place *ret)
{
	if (o->tree && o->by == ROWS_PROCESS)
		return make_tree(t, o, order, ret);
	for (size_t i = 0; i < t->nsources; i++)
		ret[i] = (struct tree_place){ .item = order[i] };
	return t->nsources;
}

/* ---- rows ---- */

struct row row_of(struct tasks *t, const struct source *source)
{
	const struct task *task = source->task;
	bool user = source->n && source->id == user_id(task->uid);
	struct row row = { .id = source->id,
			   .uid = task->uid,
			   .ntasks = source->n ? source->n : 1,
			   .dead = !source->n &&
				   (source->ended || task->state == 'X') };

	if (!source->n || user)
		row.user = users_name(&t->users, task->uid);
	if (source->n) {
		row.name = user ? row.user : task->cgroup;
		return row;
	}
	row.pid = task->pid;
	row.tid = task->tid;
	row.start_ticks = task->start_ticks;
	row.comm = task->comm;
	row.name = task->command && *task->command ? task->command : task->comm;
	return row;
}

/* Sources in the order of their rows, so that positions can be found. */
static void arrange(struct tasks *t, const struct tree_place *places, size_t n)
{
	struct source *sorted =
		xcalloc(t->look.ntasks + t->nended + 1, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		sorted[i] = t->sources[places[i].item];
	free(t->sources);
	t->sources = sorted;
	t->nsources = n;
}

static void fill_rows(struct tasks *t, const struct rows_options *o,
		      const struct tree_place *places)
{
	size_t n = t->nsources, ncolumns = t->columns->n;
	size_t first;

	if (o->limit && o->limit < n)
		n = o->limit;
	first = o->first < n ? o->first : n;
	t->row_items =
		xreallocarray(t->row_items, n + 1, sizeof(*t->row_items));
	t->cells = xreallocarray(t->cells, (n - first) * ncolumns + 1,
				 sizeof(*t->cells));
	for (size_t i = 0; i < n; i++) {
		struct row *row = &t->row_items[i];
		struct subject s;

		*row = row_of(t, &t->sources[i]);
		row->depth = places[i].depth;
		row->last_child = places[i].last;
		row->hidden_children = places[i].folded;
		if (i < first)
			continue;
		row->cells = &t->cells[(i - first) * ncolumns];
		subject_of_source(t, &t->sources[i], &s);
		cells_make(t, &s, row->cells);
	}
	t->rows = (struct rows){ t->row_items, n, t->nsources };
}

static int find_sort(const struct tasks *t, const char *key,
		     const struct column **ret, struct err *err)
{
	AUTO(suggest_done) struct suggest near = { 0 };
	char text[200];

	if (!key || !*key)
		key = t->columns->sort;
	*ret = columns_find(t->columns, key);
	if (!*ret)
		*ret = column_builtin(key);
	if (*ret)
		return 0;
	suggest_init(&near, key);
	for (size_t i = 0; i < t->columns->n; i++)
		suggest_offer(&near, t->columns->items[i].key);
	for (size_t i = 0; i < column_nbuiltins; i++)
		suggest_offer(&near, column_builtins[i].key);
	suggest_text(&near, text, sizeof(text));
	return err_set(err, -EINVAL,
		       "sort: '%.60s' is no column of the screen '%s'%s%s", key,
		       t->columns->name, *text ? "; " : "", text);
}

int tasks_rows(struct tasks *t, const struct rows_options *o,
	       const struct rows **ret, struct err *err)
{
	AUTO(filter_done) struct filter filter = { 0 };
	AUTO_FREE struct tree_place *places = NULL;
	AUTO_FREE size_t *order = NULL;
	const struct column *sort;
	size_t n;
	int r = find_sort(t, o->sort, &sort, err);

	if (r == 0)
		r = filter_init(&filter, t, o, err);
	if (r < 0)
		return r;
	collect(t, &filter);
	order = make_order(t, o, sort);
	places = xcalloc(t->nsources + 1, sizeof(*places));
	n = make_places(t, o, order, places);
	arrange(t, places, n);
	fill_rows(t, o, places);
	*ret = &t->rows;
	return 0;
}

struct cell *tasks_cells(struct tasks *t, size_t i)
{
	struct subject s;

	t->row_cells = xreallocarray(t->row_cells, t->columns->n + 1,
				     sizeof(*t->row_cells));
	subject_of_source(t, &t->sources[i], &s);
	cells_make(t, &s, t->row_cells);
	return t->row_cells;
}

size_t tasks_position(const struct tasks *t, uint64_t id)
{
	for (size_t i = 0; i < t->nsources; i++)
		if (t->sources[i].id == id)
			return i;
	return SIZE_MAX;
}
