/* A model that is made up; see fake_tasks.h. */
#include "fake_tasks.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/xalloc.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NCOLUMNS 8
#define FIRST_PID 5000100 /* beyond the kernel's 4194304 */
#define HISTORY 60
#define AT 1700000000.0 /* 2023-11-14 22:13:20 UTC */

static const struct column columns_general[NCOLUMNS] = {
	{ .key = "pid",
	  .heading = "PID",
	  .about = "Number of the process.",
	  .unit = "",
	  .width = 7,
	  .plain = true },
	{ .key = "user",
	  .heading = "USER",
	  .about = "Whose rights it has.",
	  .unit = "",
	  .width = 8,
	  .text = true },
	{ .key = "cpu",
	  .heading = "%CPU",
	  .about = "Processor time; 100 is one CPU all the time.",
	  .unit = "%",
	  .width = 6,
	  .digits = 1,
	  .descending = true },
	{ .kind = COLUMN_METRIC,
	  .key = "ipc",
	  .heading = "IPC",
	  .about = "Instructions per cycle.",
	  .unit = "",
	  .width = 5,
	  .digits = 2,
	  .descending = true },
	{ .kind = COLUMN_EVENT,
	  .key = "instructions",
	  .heading = "INSTR/s",
	  .about = "Instructions per second.",
	  .unit = "/s",
	  .width = 7,
	  .digits = 1,
	  .descending = true },
	{ .kind = COLUMN_METRIC,
	  .key = "l3_mpki",
	  .heading = "L3 MPKI",
	  .about = "Misses of the L3 cache per 1000 instructions.",
	  .unit = "",
	  .width = 7,
	  .digits = 2,
	  .descending = true,
	  .lacking = "this CPU has no such event" },
	{ .kind = COLUMN_VERDICT,
	  .key = "verdict",
	  .heading = "VERDICT",
	  .about = "What it is bound by.",
	  .unit = "",
	  .width = 13,
	  .text = true },
	{ .key = "command",
	  .heading = "COMMAND",
	  .about = "Its name and arguments.",
	  .unit = "",
	  .width = 16,
	  .text = true },
};

static struct column shown[2][NCOLUMNS];
static struct columns screens[2] = {
	{ .items = shown[0], .n = NCOLUMNS, .sort = "cpu" },
	{ .items = shown[1], .n = 3, .sort = "cpu" },
};

static const struct screen_choice choices[] = {
	{ "overview", "Overview", "Who uses the processor, and how well." },
	{ "software", "Software", "What the kernel counts." },
};

struct tasks {
	struct fake_feed *feed;
	struct row *all;
	struct cell *cells;
	struct row *list; /* of the last answer */
	size_t nlist;
	struct rows rows;
	struct tasks_head head;
	struct tick_collector collector;
	struct tasks_series series[2];
	float points[2][HISTORY];
	struct tasks_detail detail;
	const struct columns *columns;
	char (*names)[64];
};

static const char *const commands[] = {
	"mysqld --basedir=/usr --port=3306",
	"stress -c 4",
	"gzip -9 backup.tar",
	"[kworker/0:1]",
	"python3 train.py --epochs 90",
	"sshd: root@pts/0",
};
static const char *const evil[] = {
	"\033]0;owned\007\033[2J",
	"caf\xc3\xa9 \xe4\xbd\xa0\xe5\xa5\xbd \xf0\x9f\x98\x80",
	"bad \xff\xfe\xc0\xaf utf8",
	"c1 \xc2\x9b\x32J",
	"e\xcc\x81 combining \xe2\x80\xae rtl",
	"tab\tnewline\nend\r",
};
static const char *const users[] = { "root", "mysql", "alice" };
static const char *const verdicts[] = { "compute-bound", "memory-bound",
					"mixed" };

static struct cell number(double x)
{
	return (struct cell){ .kind = CELL_NUMBER, .number = x };
}

static struct cell text(const char *s)
{
	return (struct cell){ .kind = CELL_TEXT, .text = s };
}

static struct cell absent(const char *why)
{
	return (struct cell){ .kind = CELL_ABSENT, .text = why, .word = "x" };
}

static void make_row(struct tasks *t, size_t i)
{
	const struct fake_scene *s = &t->feed->scene;
	struct row *r = &t->all[i];
	struct cell *c = &t->cells[i * NCOLUMNS];
	bool idle = i % 5 == 3;
	double ipc = 0.3 + (double)((i * 37 + t->feed->tick) % 29) / 10;

	/* numbers that belong to nobody, and a start that nobody had: whatever a
	   test presses, no process of this machine gets a signal */
	*r = (struct row){ .id = 1000 + i,
			   .pid = (pid_t)(FIRST_PID + i),
			   .start_ticks = 1,
			   .uid = (uid_t)(i % 3),
			   .ntasks = 1,
			   .cells = c };
	if (s->victim && i == 0) {
		r->pid = s->victim;
		r->start_ticks = s->victim_start;
	}
	r->name = s->hostile ? evil[i % ARRAY_LEN(evil)]
			     : commands[i % ARRAY_LEN(commands)];
	r->dead = i % 17 == 11;
	/* 0 has 1, 2, 3; 2 has 4, 5; and again */
	r->depth = i % 6 == 0 ? 0 : i % 6 >= 3 && i % 6 <= 4 ? 2 : 1;
	r->last_child = i % 6 == 4 || i % 6 == 5;
	c[0] = number((double)r->pid);
	c[1] = text(users[i % 3]);
	c[2] = number(idle ? 0 : 99.9 / (1 + (double)i));
	c[3] = idle ? absent("it did not run") : number(ipc);
	c[3].notable = ipc < 0.7;
	c[4] = idle ? absent("it did not run") : number(ipc * 3.1e9);
	c[4].estimate = i % 4 == 1;
	c[5] = absent("this CPU has no such event");
	c[6] = text(verdicts[i % 3]);
	c[7] = text(r->name);
	if (s->uncounted)
		c[3] = c[4] = absent("there is no hardware counter here");
	c[4].partial = i % 4 == 2;
}

static void make_head(struct tasks *t)
{
	const struct fake_scene *s = &t->feed->scene;
	struct tasks_head *h = &t->head;

	t->collector = (struct tick_collector){ .name = "tasks",
						.counted = 34,
						.ran = 40,
						.descriptors = 136,
						.descriptors_max = 1024,
						.cost_ns = 3210000 };
	*h = (struct tasks_head){
		.at = AT + (double)t->feed->tick,
		.length_s = 1,
		.uptime_s = 273845,
		.load = { 1.5, 0.75, 0.5 },
		.processes = (unsigned)s->ntasks,
		.threads = (unsigned)s->ntasks * 3,
		.running = 2,
		.memory_bytes = 16ull << 30,
		.memory_available_bytes = 9ull << 30,
		.ncpus = s->ncpus,
		.ipc = number(1.23),
		.ghz = number(3.1),
		.instructions = number(12.3e9),
		.cycles = number(1e10),
		.counted = 0.98,
		.running_share = 1,
		.collector = &t->collector,
		.lacking = s->lacking ? s->lacking : "",
	};
	if (s->uncounted) {
		h->ipc = h->ghz = h->instructions = h->cycles =
			absent("there is no hardware counter here");
		h->running_share = -1;
	}
	h->cpus = xcalloc(s->ncpus, sizeof(*h->cpus));
	for (size_t i = 0; i < s->ncpus; i++) {
		double busy = (double)((i * 7) % 11) / 10;

		h->cpus[i] = (struct tasks_cpu){ .cpu = (int)i,
						 .user = busy * 0.7,
						 .sys = busy * 0.2,
						 .iowait = 0.05,
						 .ipc = h->ipc,
						 .ghz = h->ghz };
	}
}

static struct tasks *make_tasks(struct fake_feed *f)
{
	struct tasks *t = xcalloc(1, sizeof(*t));
	size_t n = f->scene.ntasks;

	t->feed = f;
	t->columns = f->feed.columns;
	t->all = xcalloc(n, sizeof(*t->all));
	t->list = xcalloc(n, sizeof(*t->list));
	t->cells = xcalloc(n * NCOLUMNS, sizeof(*t->cells));
	make_head(t);
	return t;
}

void tasks_free(struct tasks *t)
{
	if (!t)
		return;
	free(t->all);
	free(t->list);
	free(t->cells);
	free(t->head.cpus);
	free(t);
}

/* ---- what the screen asks ---- */

static const struct column *column_of(const struct tasks *t, const char *key)
{
	for (size_t i = 0; i < t->columns->n; i++) {
		if (!strcmp(t->columns->items[i].key, key))
			return &t->columns->items[i];
	}
	return NULL;
}

static struct {
	size_t column;
	bool text;
	int sign;
} order;

static int compare(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	const struct cell *p = &x->cells[order.column];
	const struct cell *q = &y->cells[order.column];
	int r = 0;

	if (p->kind == CELL_ABSENT || q->kind == CELL_ABSENT)
		r = (p->kind == CELL_ABSENT) - (q->kind == CELL_ABSENT);
	else if (order.text)
		r = order.sign * strcmp(p->text, q->text);
	else if (p->number < q->number || p->number > q->number)
		r = p->number < q->number ? -order.sign : order.sign;
	return r ? r : x->pid < y->pid ? -1 : x->pid > y->pid;
}

static bool passes(const struct rows_options *o, const regex_t *filter,
		   const struct row *r)
{
	if (o->search_user && strcmp(users[r->uid], o->search_user) != 0)
		return false;
	if (o->hide_kernel && r->name[0] == '[')
		return false;
	if (o->hide_idle && r->cells[2].number <= 0)
		return false;
	if (r->dead && o->keep_dead_s <= 0)
		return false;
	for (size_t i = 0; o->tree && r->depth && i < o->nfolded; i++) {
		if (r->id >= o->folded[i] && r->id < o->folded[i] + 6)
			return false;
	}
	return !filter || regexec(filter, r->name, 0, NULL, 0) == 0;
}

static void fill(struct tasks *t, const struct rows_options *o,
		 const regex_t *filter)
{
	t->nlist = 0;
	for (size_t i = 0; i < t->feed->scene.ntasks; i++) {
		struct row *r = &t->list[t->nlist];

		if (!passes(o, filter, &t->all[i]))
			continue;
		*r = t->all[i];
		for (size_t f = 0; o->tree && f < o->nfolded; f++)
			r->hidden_children =
				r->hidden_children || r->id == o->folded[f];
		if (o->by == ROWS_THREAD)
			r->tid = r->pid; /* the main thread */
		t->nlist++;
	}
}

int tasks_rows(struct tasks *t, const struct rows_options *o,
	       const struct rows **ret, struct err *err)
{
	const char *key = o->sort ? o->sort : t->columns->sort;
	const struct column *c = column_of(t, key);
	regex_t filter;

	if (!c)
		return err_set(err, -EINVAL, "there is no column '%s'", key);
	if (o->filter && regcomp(&filter, o->filter, REG_EXTENDED | REG_NOSUB))
		return err_set(err, -EINVAL, "'%s' is no expression",
			       o->filter);
	fill(t, o, o->filter ? &filter : NULL);
	if (o->filter)
		regfree(&filter);
	order.column = (size_t)(c - t->columns->items);
	order.text = c->text;
	order.sign = c->descending != o->reverse ? -1 : 1;
	if (!o->tree)
		qsort(t->list, t->nlist, sizeof(*t->list), compare);
	t->rows =
		(struct rows){ .items = t->list,
			       .n = o->limit && o->limit < t->nlist ? o->limit
								    : t->nlist,
			       .all = t->nlist };
	/* who asks for less must not get more */
	for (size_t i = 0; i < t->rows.n && i < o->first; i++)
		t->list[i].cells = NULL;
	*ret = &t->rows;
	return 0;
}

size_t tasks_position(const struct tasks *t, uint64_t id)
{
	for (size_t i = 0; i < t->nlist; i++) {
		if (t->list[i].id == id)
			return i;
	}
	return SIZE_MAX;
}

const struct tasks_head *tasks_head(struct tasks *t)
{
	return &t->head;
}

/* texts of structs that own theirs */
static char because_text[] = "58 % of the slots wait for memory";
static char next_text[] = "tacho stat -M memory -p PID";
static char kind_text[] = "DRAM latency";
static char headline_text[] = "it waits for memory";
static char overview_title[] = "Overview";
static char software_title[] = "Software";
static char *because[] = { because_text };
static char *next[] = { next_text };

int tasks_detail(struct tasks *t, uint64_t id, const struct tasks_detail **ret,
		 struct err *err)
{
	struct tasks_detail *d = &t->detail;
	size_t i = (size_t)(id - 1000);

	if (i >= t->feed->scene.ntasks)
		return err_set(err, -ESRCH, "that task is gone");
	for (size_t k = 0; k < HISTORY; k++) {
		t->points[0][k] =
			k == 20 ? NAN : (float)(1 + sin((double)k / 6));
		t->points[1][k] = (float)(k % 12) * 1e8f;
	}
	t->series[0] = (struct tasks_series){ "ipc",
					      "Instructions per cycle",
					      "",
					      2,
					      t->points[0],
					      HISTORY,
					      t->cells[i * NCOLUMNS + 3],
					      "counted all of the time" };
	t->series[1] = (struct tasks_series){ "l3_mpki",
					      "L3 misses per 1000",
					      "",
					      2,
					      t->points[1],
					      t->feed->tick ? HISTORY : 0,
					      t->cells[i * NCOLUMNS + 5],
					      NULL };
	*d = (struct tasks_detail){ .id = id,
				    .row = t->all[i],
				    .command = t->all[i].name,
				    .series = t->series,
				    .nseries = 2,
				    .threads = t->all,
				    .nthreads = i % 2 ? 0 : 3,
				    .no_threads = i % 2 ? "press H to look at "
							  "threads"
							: NULL,
				    .verdict_s = 10 };
	if (d->nthreads > t->feed->scene.ntasks)
		d->nthreads = t->feed->scene.ntasks;
	d->verdict = (struct verdict){ .present = true,
				       .class = VERDICT_MEMORY,
				       .kind = kind_text,
				       .confidence = 0.8,
				       .headline = headline_text,
				       .because = because,
				       .nbecause = 1,
				       .next = next,
				       .nnext = 1 };
	*ret = d;
	return 0;
}

/* ---- the feed ---- */

void fake_feed_tick(struct fake_feed *f)
{
	f->tick = f->seeked++ + 1;
	for (size_t i = 0; i < f->scene.ntasks; i++)
		make_row(f->feed.tasks, i);
	free(f->feed.tasks->head.cpus);
	make_head(f->feed.tasks);
}

static int step(void *arg, uint64_t budget_ns, struct err *err)
{
	struct fake_feed *f = arg;
	static unsigned done;
	uint64_t until = clock_now_ns() +
			 (f->slow_ns < budget_ns ? f->slow_ns : budget_ns);

	if (f->fail)
		return err_set(err, f->fail, "the feed is broken");
	if (done++ < f->slow_steps) {
		while (clock_now_ns() < until)
			;
		return 0;
	}
	done = 0;
	fake_feed_tick(f);
	return 1;
}

static int choose(void *arg, size_t screen, struct err *err)
{
	struct fake_feed *f = arg;

	(void)err;
	f->feed.columns = &screens[screen];
	f->feed.tasks->columns = f->feed.columns;
	return 0;
}

static void set_threads(void *arg, bool threads)
{
	struct fake_feed *f = arg;

	f->threads = threads;
}

static size_t position(void *arg)
{
	const struct fake_feed *f = arg;

	return f->tick ? f->tick - 1 : 0;
}

static double at(void *arg, size_t tick)
{
	(void)arg;
	return AT + 1 + (double)tick;
}

static int seek(void *arg, size_t tick, struct err *err)
{
	struct fake_feed *f = arg;

	(void)err;
	f->seeked = tick;
	return 0;
}

void fake_feed_init(struct fake_feed *f, const struct fake_scene *scene,
		    size_t replay_count)
{
	*f = (struct fake_feed){ .scene = *scene };
	memcpy(shown[0], columns_general, sizeof(shown[0]));
	for (size_t i = 0; i < 3; i++)
		shown[1][i] = columns_general[i];
	screens[0].title = overview_title;
	screens[1].title = software_title;
	f->replay = (struct screen_replay){ position, replay_count, at, seek };
	f->feed = (struct screen_feed){
		.arg = f,
		.screens = choices,
		.nscreens = ARRAY_LEN(choices),
		.choose = choose,
		.columns = &screens[0],
		.set_threads = set_threads,
		.step = step,
		.replay = replay_count ? &f->replay : NULL,
		.origin = replay_count ? "monday.tacho" : "turing",
	};
	f->feed.tasks = make_tasks(f);
	for (size_t i = 0; i < scene->ntasks; i++)
		make_row(f->feed.tasks, i);
}

void fake_feed_done(struct fake_feed *f)
{
	tasks_free(f->feed.tasks);
}
