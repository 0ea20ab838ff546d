/*
 * Ticks in a file: what is written is read again, in any order; what is cut
 * off, damaged or something else harms nobody.
 */
#include "schema.h"

#include "../recordings/incident.h"
#include "unit.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "record/tick_file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/tacho-ticks.XXXXXX";
static char saved[64];
static struct incident in;

static int set_up(void **unused)
{
	(void)unused;
	strcpy(folder, "/tmp/tacho-ticks.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(saved, sizeof(saved), "%s/x.ticks", folder);
	incident_init(&in);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	incident_done(&in);
	unlink(saved);
	return rmdir(folder);
}

static struct tick_writer *begin(void)
{
	struct tick_writer *w = NULL;
	struct err err = { 0 };

	if (tick_writer_open(saved, &in.header, &in.context, &w, &err) < 0)
		fail_msg("%s", err.what);
	return w;
}

static void add(struct tick_writer *w, const struct tick *tick)
{
	struct err err = { 0 };

	if (tick_writer_add(w, tick, &err) < 0)
		fail_msg("%s", err.what);
}

static struct tick_reader *open_ticks(const char *path)
{
	struct tick_reader *r = NULL;
	struct err err = { 0 };

	if (tick_reader_open(path, &r, &err) < 0)
		fail_msg("%s", err.what);
	return r;
}

static const struct tick *get(struct tick_reader *r, size_t i)
{
	const struct tick *tick = NULL;
	struct err err = { 0 };

	if (tick_reader_get(r, i, &tick, &err) < 0)
		fail_msg("%s", err.what);
	return tick;
}

/* ---- the same ---- */

static void assert_same_counts(const struct snapshot *a, size_t a_slot,
			       const struct snapshot *b, size_t b_slot)
{
	if (a_slot == TASK_NOT_COUNTED || b_slot == TASK_NOT_COUNTED) {
		assert_true(a_slot == b_slot);
		return;
	}
	assert_int_equal(a->ncounters, b->ncounters);
	for (size_t i = 0; i < a->ncounters; i++) {
		const struct reading *x = snapshot_at(a, i, a_slot);
		const struct reading *y = snapshot_at(b, i, b_slot);

		assert_true(x->raw == y->raw);
		assert_true(x->enabled_ns == y->enabled_ns);
		assert_true(x->running_ns == y->running_ns);
		assert_int_equal(x->state, y->state);
	}
}

static void assert_same_task(const struct tick *of_a, const struct task *a,
			     const struct tick *of_b, const struct task *b)
{
	assert_int_equal(a->pid, b->pid);
	assert_int_equal(a->tid, b->tid);
	assert_int_equal(a->ppid, b->ppid);
	assert_true(a->start_ticks == b->start_ticks);
	assert_true(a->uid == b->uid);
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->born, b->born);
	assert_int_equal(a->kernel, b->kernel);
	assert_string_equal(a->comm, b->comm);
	assert_string_equal(a->command, b->command);
	assert_string_equal(a->cgroup, b->cgroup);
	assert_int_equal(a->threads, b->threads);
	assert_int_equal(a->cpu, b->cpu);
	assert_true(a->user_ns == b->user_ns && a->sys_ns == b->sys_ns);
	assert_true(a->minor_faults == b->minor_faults);
	assert_true(a->major_faults == b->major_faults);
	assert_int_equal(a->has_wait, b->has_wait);
	assert_true(a->wait_ns == b->wait_ns);
	assert_int_equal(a->has_switches, b->has_switches);
	assert_true(a->voluntary_switches == b->voluntary_switches);
	assert_true(a->involuntary_switches == b->involuntary_switches);
	assert_true(a->rss_bytes == b->rss_bytes);
	assert_int_equal(a->uncounted, b->uncounted);
	assert_int_equal(a->threads_uncounted, b->threads_uncounted);
	assert_same_counts(&of_a->counts, a->slot, &of_b->counts, b->slot);
	if (b->slot != TASK_NOT_COUNTED) {
		assert_int_equal(of_b->slots[b->slot].pid, b->pid);
		assert_int_equal(of_b->slots[b->slot].tid,
				 b->tid ? b->tid : -1);
	}
}

static void assert_same_cpu(const struct tick *a, const struct tick *b,
			    size_t i)
{
	const struct tick_cpu *x = &a->cpus[i], *y = &b->cpus[i];

	assert_int_equal(x->cpu, y->cpu);
	assert_true(x->user_ns == y->user_ns && x->sys_ns == y->sys_ns);
	assert_true(x->idle_ns == y->idle_ns && x->irq_ns == y->irq_ns);
	assert_true(x->iowait_ns == y->iowait_ns);
	assert_true(x->steal_ns == y->steal_ns);
	assert_same_counts(&a->cpu_counts, x->slot, &b->cpu_counts, y->slot);
}

static void assert_same(const struct tick *a, const struct tick *b)
{
	const struct tick_collector *c = &a->collector, *d = &b->collector;

	assert_true(a->at == b->at && a->time_ns == b->time_ns);
	assert_true(a->length_ns == b->length_ns);
	assert_int_equal(a->has_threads, b->has_threads);
	assert_memory_equal(a->load, b->load, sizeof(a->load));
	assert_true(a->uptime_s == b->uptime_s);
	assert_true(a->memory_bytes == b->memory_bytes);
	assert_true(a->memory_available_bytes == b->memory_available_bytes);
	assert_int_equal(a->processes, b->processes);
	assert_int_equal(a->threads, b->threads);
	assert_int_equal(a->running, b->running);
	assert_string_equal(c->name, d->name);
	assert_int_equal(c->counted, d->counted);
	assert_int_equal(c->ran, d->ran);
	assert_int_equal(c->uncounted, d->uncounted);
	assert_int_equal(c->descriptors, d->descriptors);
	assert_int_equal(c->descriptors_max, d->descriptors_max);
	assert_true(c->cost_ns == d->cost_ns);
	assert_int_equal(!c->limited, !d->limited);
	if (c->limited)
		assert_string_equal(c->limited, d->limited);
	assert_int_equal(a->ntasks, b->ntasks);
	assert_int_equal(a->nslots, b->nslots);
	for (size_t i = 0; i < a->ntasks; i++)
		assert_same_task(a, &a->tasks[i], b, &b->tasks[i]);
	assert_int_equal(a->ncpus, b->ncpus);
	assert_int_equal(a->ncpu_slots, b->ncpu_slots);
	for (size_t i = 0; i < a->ncpus; i++)
		assert_same_cpu(a, b, i);
}

/* ---- the incident ---- */

static void save_incident(int ticks)
{
	struct tick_writer *w = begin();

	for (int i = 0; i < ticks; i++) {
		struct tick tick;

		incident_tick(&in, i, &tick);
		add(w, &tick);
		tick_done(&tick);
	}
	assert_int_equal(tick_writer_close(w, NULL), 0);
}

static void assert_incident(struct tick_reader *r, int i)
{
	struct tick tick;

	incident_tick(&in, i, &tick);
	assert_true(tick_reader_at(r, (size_t)i) == tick.at);
	assert_same(&tick, get(r, (size_t)i));
	tick_done(&tick);
}

static void every_tick_is_read_as_it_was_in_any_order(void **unused)
{
	struct tick_reader *r;

	(void)unused;
	save_incident(INCIDENT_TICKS);
	r = open_ticks(saved);
	assert_int_equal(tick_reader_count(r), INCIDENT_TICKS);
	for (int i = 0; i < INCIDENT_TICKS; i++)
		assert_incident(r, i);
	for (int i = INCIDENT_TICKS - 1; i >= 0; i--)
		assert_incident(r, i);
	for (int i = 0; i < 100; i++)
		assert_incident(r, i * 7 % INCIDENT_TICKS);
	tick_reader_close(r);
}

static void the_header_is_read_as_it_was(void **unused)
{
	struct tick_context context;
	struct tick_reader *r;
	struct recording *h;
	struct err err = { 0 };

	(void)unused;
	save_incident(1);
	r = open_ticks(saved);
	h = tick_reader_header(r);
	assert_string_equal(h->tacho, "0.1.0");
	assert_true(h->started_at == in.header.started_at);
	assert_int_equal(h->cpu.model, 85);
	assert_int_equal(recording_load_catalog(h, true, NULL, 0, &err), 0);
	assert_int_equal(recording_bind(h, NULL, 0, &err), 0);
	tick_reader_context(r, &context);
	assert_int_equal(context.plan->ncounters, in.header.plan.ncounters);
	assert_int_equal(context.plan->ngroups, 2);
	assert_string_equal(context.plan->events->items[4]->base,
			    "instructions");
	assert_int_equal(context.cpu_plan->ncounters, in.cpu_plan.ncounters);
	assert_true(context.cpu_plan->nuses > 0);
	assert_true(context.notes[3].user_only);
	assert_false(context.notes[0].user_only);
	tick_reader_close(r);
}

/* The one that screens are tried with is what the program makes. */
static void the_recording_of_the_tree_is_the_incident(void **unused)
{
	const char *srcdir = getenv("srcdir");
	AUTO_FREE char *path = xasprintf("%s/tests/recordings/incident.ticks",
					 srcdir ? srcdir : ".");
	struct tick_reader *r = open_ticks(path);

	(void)unused;
	assert_int_equal(tick_reader_count(r), INCIDENT_TICKS);
	for (int i = 0; i < INCIDENT_TICKS; i++)
		assert_incident(r, i);
	tick_reader_close(r);
}

/* ---- made-up machines ---- */

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* A machine in which things happen. */
struct world {
	uint32_t seed;
	struct task *tasks;
	size_t ntasks;
	int tick;
	unsigned of_100_run; /* of tasks */
};

static const char *const texts[] = { "", "a", "/usr/bin/program --with-option",
				     "\xc3\xa9t\xc3\xa9 \"quoted\" \\ / \t" };

static const char *some_text(struct world *w)
{
	return texts[next_random(&w->seed) % ARRAY_LEN(texts)];
}

static void renew(struct world *w, struct task *t)
{
	pid_t pid = t->pid, tid = t->tid;

	*t = (struct task){ .pid = pid,
			    .tid = tid,
			    .ppid = (pid_t)(next_random(&w->seed) % 9),
			    .start_ticks = (uint64_t)w->tick * 100 +
					   next_random(&w->seed) % 100,
			    .uid = next_random(&w->seed) % 3 ? 0 : UINT32_MAX,
			    .born = w->tick > 0,
			    .comm = "fifteen letters",
			    .command = some_text(w),
			    .cgroup = some_text(w),
			    .threads = 1,
			    .has_wait = next_random(&w->seed) % 2,
			    .has_switches = next_random(&w->seed) % 2 };
}

static void shake(struct world *w, struct task *t)
{
	uint32_t what = next_random(&w->seed) % 400;

	t->born = false;
	if (what == 0)
		renew(w, t);
	else if (what == 1)
		t->command = some_text(w);
	else if (what == 2)
		t->rss_bytes = (uint64_t)next_random(&w->seed) << 33;
	else if (what == 3)
		t->has_wait = !t->has_wait;
	t->state = 'S';
	t->user_ns = t->sys_ns = t->minor_faults = t->major_faults = 0;
	t->wait_ns = t->voluntary_switches = t->involuntary_switches = 0;
	t->threads_uncounted = 0;
	t->slot = TASK_NOT_COUNTED;
	t->uncounted = TASK_IDLE;
	if (next_random(&w->seed) % 100 >= w->of_100_run)
		return;
	t->state = what % 7 ? 'R' : 'X';
	t->user_ns = next_random(&w->seed);
	t->sys_ns = next_random(&w->seed) % 2 ? UINT64_MAX : 0;
	t->minor_faults = next_random(&w->seed) % 1000;
	t->wait_ns = t->has_wait ? next_random(&w->seed) : 0;
	t->voluntary_switches = t->has_switches ? what : 0;
	t->cpu = (int)(what % 4);
	t->uncounted = (enum task_uncounted)(1 + what % (TASK_UNCOUNTEDS - 1));
	if (what % 3)
		t->uncounted = TASK_COUNTED;
	else
		t->threads_uncounted = what;
}

static void world_init(struct world *w, size_t ntasks, unsigned of_100_run,
		       uint32_t seed)
{
	*w = (struct world){ .seed = seed, .of_100_run = of_100_run };
	w->tasks = xcalloc(ntasks, sizeof(*w->tasks));
	w->ntasks = ntasks;
	for (size_t i = 0; i < ntasks; i++) {
		w->tasks[i].pid = 1 + (pid_t)(i / 3);
		w->tasks[i].tid = i % 3 ? 1000 + (pid_t)i : 0;
		renew(w, &w->tasks[i]);
	}
}

static void count_task(struct world *w, struct tick *t, size_t slot)
{
	for (size_t c = 0; c < t->counts.ncounters; c++) {
		struct reading *r = snapshot_at(&t->counts, c, slot);

		r->raw = (uint64_t)next_random(&w->seed)
			 << (next_random(&w->seed) % 41);
		r->enabled_ns = 1000 * (uint64_t)next_random(&w->seed);
		r->running_ns = r->enabled_ns / (1 + next_random(&w->seed) % 2);
		reading_judge(r);
		if (next_random(&w->seed) % 50 == 0)
			r->state = READING_DENIED;
	}
}

/* Not everybody is always there. */
static void world_tick(struct world *w, struct tick *ret)
{
	struct tick t = { .at = 1e9 + w->tick / 3.0,
			  .time_ns = (uint64_t)w->tick << 30,
			  .length_ns = 333333333,
			  .has_threads = w->tick % 40 > 20,
			  .collector.name = w->tick % 2 ? "tasks" : "bpf" };

	if (w->tick % 9 == 0)
		t.collector.limited = xstrdup("too few descriptors");
	for (size_t i = 0; i < w->ntasks; i++) {
		struct task *task = &w->tasks[i];

		shake(w, task);
		if (next_random(&w->seed) % 200 == 0 ||
		    (task->tid && !t.has_threads))
			continue;
		if (task->uncounted == TASK_COUNTED) {
			struct slot slot = { .pid = task->pid,
					     .tid = task->tid };

			task->slot = t.nslots;
			VEC_PUSH(t.slots, t.nslots, slot);
		}
		VEC_PUSH(t.tasks, t.ntasks, *task);
	}
	snapshot_init(&t.counts, in.header.plan.ncounters, t.nslots);
	for (size_t i = 0; i < t.nslots; i++)
		count_task(w, &t, i);
	w->tick++;
	*ret = t;
}

#define MANY 200

static void whatever_happens_is_read_as_it_was(void **unused)
{
	AUTO_FREE struct tick *ticks = xcalloc(MANY, sizeof(*ticks));
	struct tick_writer *w = begin();
	struct tick_reader *r;
	struct world world;

	(void)unused;
	world_init(&world, 150, 30, 1);
	for (int i = 0; i < MANY; i++) {
		world_tick(&world, &ticks[i]);
		add(w, &ticks[i]);
	}
	assert_int_equal(tick_writer_close(w, NULL), 0);
	r = open_ticks(saved);
	assert_int_equal(tick_reader_count(r), MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_same(&ticks[i], get(r, i));
	for (size_t i = 0; i < MANY; i++) {
		size_t k = i * 83 % MANY;

		assert_same(&ticks[k], get(r, k));
	}
	tick_reader_close(r);
	for (int i = 0; i < MANY; i++)
		tick_done(&ticks[i]);
	free(world.tasks);
}

/* 300 processes of which 40 run, with 12 counters: an ordinary machine. */
static void an_hour_is_some_tens_of_megabytes(void **unused)
{
	struct tick_writer *w = begin();
	struct world world;
	struct stat st;

	(void)unused;
	world_init(&world, 300, 13, 2);
	for (int i = 0; i < 130; i++) {
		struct tick tick;

		/* none is a thread */
		for (size_t k = 0; k < world.ntasks; k++) {
			world.tasks[k].pid = (pid_t)k + 1;
			world.tasks[k].tid = 0;
		}
		world_tick(&world, &tick);
		add(w, &tick);
		tick_done(&tick);
	}
	tick_writer_close(w, NULL);
	free(world.tasks);
	assert_int_equal(stat(saved, &st), 0);
	if (st.st_size / 130 * 3600 > 90 << 20)
		fail_msg("an hour has %jd MB",
			 (intmax_t)(st.st_size / 130 * 3600 >> 20));
}

static void what_counters_say_of_themselves_may_change(void **unused)
{
	struct tick_writer *w = begin();
	struct tick_context context;
	struct tick_reader *r;

	(void)unused;
	for (int i = 0; i < 3; i++) {
		struct tick tick;

		incident_tick(&in, i, &tick);
		if (i == 1) {
			err_set(&in.notes[0].why, -EACCES, "it is forbidden");
			err_hint(&in.notes[0].why, "ask for it");
		}
		add(w, &tick);
		tick_done(&tick);
	}
	memset(&in.notes[0], 0, sizeof(in.notes[0]));
	tick_writer_close(w, NULL);
	r = open_ticks(saved);
	tick_reader_context(r, &context);
	get(r, 0);
	assert_int_equal(context.notes[0].why.code, 0);
	get(r, 2);
	assert_int_equal(context.notes[0].why.code, -EACCES);
	assert_string_equal(context.notes[0].why.what, "it is forbidden");
	assert_string_equal(context.notes[0].why.hint, "ask for it");
	get(r, 0);
	assert_int_equal(context.notes[0].why.code, 0);
	tick_reader_close(r);
}

/* ---- files that are wrong ---- */

struct text {
	char *data;
	size_t len;
};

static struct text read_saved(void)
{
	struct text text = { 0 };
	FILE *f = fopen(saved, "r");
	struct stat st;

	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	text.len = (size_t)st.st_size;
	text.data = xmalloc(text.len + 1);
	assert_int_equal(fread(text.data, 1, text.len, f), text.len);
	text.data[text.len] = '\0';
	fclose(f);
	return text;
}

/* Some lines, and not long ones: each of their bytes is looked at. */
static struct text short_text(int ticks)
{
	struct tick_writer *w = begin();
	struct world world;

	world_init(&world, 9, 40, 3);
	for (int i = 0; i < ticks; i++) {
		struct tick tick;

		world.tick = i + 21; /* with threads */
		world_tick(&world, &tick);
		add(w, &tick);
		tick_done(&tick);
	}
	tick_writer_close(w, NULL);
	free(world.tasks);
	return read_saved();
}

/* Read all of it: the number of ticks, or what is wrong. */
static ssize_t read_all(const char *path, struct err *err)
{
	struct tick_reader *r = NULL;
	const struct tick *tick;
	size_t n;
	int bad = tick_reader_open(path, &r, err);

	if (bad < 0)
		return bad;
	n = tick_reader_count(r);
	for (size_t i = 0; i < n && bad == 0; i++)
		bad = tick_reader_get(r, i, &tick, err);
	/* and again, after what has failed */
	for (size_t i = n; i-- > 0 && bad < 0;)
		tick_reader_get(r, i, &tick, NULL);
	tick_reader_close(r);
	return bad < 0 ? bad : (ssize_t)n;
}

static ssize_t try_bytes(const char *data, size_t len, struct err *err)
{
	int fd = memfd_create("ticks", MFD_CLOEXEC);
	char path[64];
	ssize_t n;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = read_all(path, err);
	close(fd);
	if (n < 0) {
		assert_non_null(strstr(err->what, "cannot read '"));
		assert_non_null(strstr(err->what, ", line "));
	}
	return n;
}

static void a_file_that_was_cut_off_ends_with_the_last_whole_tick(void **unused)
{
	struct text text = short_text(4);
	ssize_t lines = 0;

	(void)unused;
	for (size_t len = 0; len <= text.len; len++) {
		struct err err = { 0 };
		ssize_t n;

		lines += len > 0 && text.data[len - 1] == '\n';
		n = try_bytes(text.data, len, &err);
		if (!lines)
			assert_int_equal(n, -EBADMSG);
		else
			assert_int_equal(n, lines - 1);
	}
	assert_int_equal(lines, 5);
	free(text.data);
}

static void mutate(char *data, size_t len, uint32_t *seed)
{
	static const char bytes[] = "0123456789-+.eE\"\\{}[],:nulltruefalse \n";
	size_t at = next_random(seed) % len, from, n;

	switch (next_random(seed) % 4) {
	case 0:
		data[at] = (char)next_random(seed);
		break;
	case 1:
		data[at] = bytes[next_random(seed) % (sizeof(bytes) - 1)];
		break;
	case 2: /* another digit */
		while (at < len && (data[at] < '0' || data[at] > '9'))
			at++;
		if (at < len)
			data[at] = (char)('0' + next_random(seed) % 10);
		break;
	default: /* a piece of somewhere else */
		n = next_random(seed) % 12;
		from = next_random(seed) % len;
		if (at + n < len && from + n < len)
			memmove(data + at, data + from, n);
	}
}

static void damaged_files_harm_nobody(void **unused)
{
	struct text text = short_text(5);
	AUTO_FREE char *copy = xmalloc(text.len);
	uint32_t seed = 20261121;
	size_t taken = 0;

	(void)unused;
	for (int k = 0; k < 4000; k++) {
		struct err err = { 0 };
		uint32_t n = 1 + next_random(&seed) % 3;

		memcpy(copy, text.data, text.len);
		while (n--)
			mutate(copy, text.len, &seed);
		taken += try_bytes(copy, text.len, &err) >= 0;
	}
	/* both ways were walked */
	assert_true(taken > 100 && taken < 3900);
	free(text.data);
}

static char *replaced(const struct text *text, const char *from, const char *to)
{
	const char *at = strstr(text->data, from);

	if (!at)
		fail_msg("there is no '%s'", from);
	return xasprintf("%.*s%s%s", (int)(at - text->data), text->data, to,
			 at + strlen(from));
}

static void each_lie_is_told_with_its_place(void **unused)
{
	static const struct {
		const char *from, *to, *line, *part;
	} lies[] = {
		{ "{\"tacho-ticks\":1", "{\"tacho-ticks\":9", "line 1",
		  "of version 9" },
		{ "{\"tacho-ticks\":1", "{\"tacho-ticks\":[]", "line 1",
		  "no ticks" },
		{ "{\"tacho-ticks\":1", "{\"tacho-recording\":1", "line 1",
		  "'tacho stat'" },
		{ "\"of_cpus\":{\"events\":[", "\"of_cpus\":{\"events\":[{},",
		  "line 1", "of_cpus: events[0]: name: missing" },
		{ "{\"tick\":1,", "{\"tick\":2,", "line 2", "not tick 1" },
		{ "\"whole\":true", "\"whole\":false", "line 2",
		  "the first one has to be" },
		{ "\"whole\":true", "\"whole\":1", "line 2",
		  "not true or false" },
		{ "{\"tick\":2,", "{\"tick\":2,,", "line 3", "" },
		{ "{\"tick\":2,\"at\":", "{\"tick\":2,\"at\":\"1\",\"was\":",
		  "line 3", "at: not a number" },
		{ "\"length_ns\":", "\"long_ns\":", "line 2",
		  "length_ns: missing" },
		{ "\"load\":[", "\"load\":[\"\",", "line 2", "load" },
		{ "\"cost_ns\":", "\"cost_ns\":-1", "line 2",
		  "collector: cost_ns: not a count" },
		{ "\"tasks\":[{\"pid\":1,", "\"tasks\":[{\"pid\":7,", "line 2",
		  "tasks[1]: pid: not in order" },
		{ "\"tasks\":[{\"pid\":1,", "\"tasks\":[{\"pid\":-1,", "line 2",
		  "tasks[0]: pid: -1 is out of range" },
		{ "\"comm\":\"fifteen letters\"",
		  "\"comm\":\"sixteen letters!\"", "line 2", "comm: too long" },
		{ "\"state\":\"R\"", "\"state\":\"RR\"", "line 2",
		  "state: not one letter" },
		{ "\"raw\":[", "\"raw\":[1,", "line 2",
		  "raw: not one for each counter" },
		{ "\"enabled_ns\":", "\"enabled_ns\":-1,\"x\":", "line 2",
		  "enabled_ns: not a count for each counter" },
		{ "\"states\":[", "\"states\":[\"fine\",", "line 2",
		  "states: not one" },
		{ "\"gone\":[", "\"gone\":[{\"pid\":9999}],\"x\":[", "line 3",
		  "gone[0]: there was none such" },
		{ "false,\"time_ns\":", "false,\"tasks\":0,\"time_ns\":",
		  "line 3", "duplicate" },
	};
	struct text text = short_text(3);

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		AUTO_FREE char *data =
			replaced(&text, lies[i].from, lies[i].to);
		struct err err = { 0 };

		if (try_bytes(data, strlen(data), &err) >= 0)
			fail_msg("%s was taken", lies[i].to);
		if (!strstr(err.what, lies[i].line) ||
		    !strstr(err.what, lies[i].part))
			fail_msg("%s: %s", lies[i].to, err.what);
	}
	free(text.data);
}

static void who_was_never_told_of_is_refused(void **unused)
{
	struct text text = short_text(2);
	const char *second;
	AUTO_FREE char *data = NULL;
	struct err err = { 0 };

	(void)unused;
	second = strstr(text.data, "{\"tick\":2");
	assert_non_null(second);
	second = strstr(second, "\"tasks\":[");
	assert_non_null(second);
	second += strlen("\"tasks\":[");
	data = xasprintf("%.*s{\"pid\":0},%s", (int)(second - text.data),
			 text.data, second);
	assert_int_equal(try_bytes(data, strlen(data), &err), -EBADMSG);
	assert_non_null(strstr(err.what, "line 3: tasks[0]: pid: nobody"));
	free(text.data);
}

static void what_is_no_file_of_ticks_is_told(void **unused)
{
	struct tick_reader *r = NULL;
	struct err err = { 0 };
	int ends[2];
	char path[64];

	(void)unused;
	assert_int_equal(tick_reader_open("/nonexistent", &r, &err), -ENOENT);
	assert_int_equal(tick_reader_open(folder, &r, &err), -ESPIPE);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	assert_int_equal(tick_reader_open(path, &r, &err), -ESPIPE);
	assert_true(err.hint[0]);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(try_bytes("", 0, &err), -EBADMSG);
	assert_int_equal(try_bytes("\n", 1, &err), -EBADMSG);
	assert_int_equal(try_bytes("\x7f"
				   "ELF\n",
				   5, &err),
			 -EBADMSG);
	assert_non_null(strstr(err.hint, "tacho top --save"));
}

/* It is one, but of the other kind: that it says, and how to show it. */
static void a_recording_says_what_shows_it(void **unused)
{
	struct recording *r = NULL;
	struct err err = { 0 };

	(void)unused;
	save_incident(1);
	assert_int_equal(recording_load(saved, &r, &err), -EBADMSG);
	assert_non_null(strstr(err.hint, "tacho top --replay"));
}

/* ---- writing ---- */

static void a_full_disk_leaves_what_was_saved(void **unused)
{
	struct tick_writer *w = begin();
	struct rlimit before, little;
	struct tick_reader *r;
	struct err err = { 0 };
	struct tick tick;
	struct stat st;

	(void)unused;
	incident_tick(&in, 0, &tick);
	add(w, &tick);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(stat(saved, &st), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = (rlim_t)st.st_size + 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	tick_done(&tick);
	incident_tick(&in, 1, &tick);
	assert_int_equal(tick_writer_add(w, &tick, &err), -EFBIG);
	assert_non_null(strstr(err.what, saved));
	assert_non_null(strstr(err.hint, "1 ticks"));
	setrlimit(RLIMIT_FSIZE, &before);
	tick_done(&tick);
	r = open_ticks(saved);
	assert_int_equal(tick_reader_count(r), 1);
	assert_incident(r, 0);
	tick_reader_close(r);
	/* somebody has made room */
	incident_tick(&in, 1, &tick);
	add(w, &tick);
	tick_done(&tick);
	assert_int_equal(tick_writer_close(w, &err), 0);
	r = open_ticks(saved);
	assert_int_equal(tick_reader_count(r), 2);
	assert_incident(r, 1);
	tick_reader_close(r);
}

static void what_cannot_be_written_leaves_the_old_one(void **unused)
{
	struct rlimit before, little;
	struct tick_writer *w = NULL;
	struct tick_reader *r;
	struct err err = { 0 };

	(void)unused;
	save_incident(2);
	assert_int_equal(tick_writer_open("/dev/null", &in.header, &in.context,
					  &w, &err),
			 -EINVAL);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(
		tick_writer_open(saved, &in.header, &in.context, &w, &err),
		-EFBIG);
	setrlimit(RLIMIT_FSIZE, &before);
	assert_null(w);
	r = open_ticks(saved);
	assert_int_equal(tick_reader_count(r), 2);
	tick_reader_close(r);
}

/* ---- the schema ---- */

static void fit_lines(const json_t *schema)
{
	struct text text = read_saved();
	char *save_ptr = NULL, why[256];

	for (char *line = strtok_r(text.data, "\n", &save_ptr); line;
	     line = strtok_r(NULL, "\n", &save_ptr)) {
		json_t *o = json_loads(line, 0, NULL);

		if (!schema_fits(schema, schema, o, why))
			fail_msg("%s in %.60s", why, line);
		json_object_set_new(o, "surprise", json_true());
		assert_false(schema_fits(schema, schema, o, why));
		json_decref(o);
	}
	free(text.data);
}

static void every_line_fits_the_schema(void **unused)
{
	const char *srcdir = getenv("srcdir");
	AUTO_FREE char *path = xasprintf("%s/doc/tacho-recording.schema.json",
					 srcdir ? srcdir : ".");
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);

	(void)unused;
	assert_non_null(schema);
	save_incident(INCIDENT_TICKS);
	fit_lines(schema);
	free(short_text(30).data);
	fit_lines(schema);
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tick_is_read_as_it_was_in_any_order),
		cmocka_unit_test(the_header_is_read_as_it_was),
		cmocka_unit_test(the_recording_of_the_tree_is_the_incident),
		cmocka_unit_test(whatever_happens_is_read_as_it_was),
		cmocka_unit_test(an_hour_is_some_tens_of_megabytes),
		cmocka_unit_test(what_counters_say_of_themselves_may_change),
		cmocka_unit_test(
			a_file_that_was_cut_off_ends_with_the_last_whole_tick),
		cmocka_unit_test(damaged_files_harm_nobody),
		cmocka_unit_test(each_lie_is_told_with_its_place),
		cmocka_unit_test(who_was_never_told_of_is_refused),
		cmocka_unit_test(what_is_no_file_of_ticks_is_told),
		cmocka_unit_test(a_recording_says_what_shows_it),
		cmocka_unit_test(a_full_disk_leaves_what_was_saved),
		cmocka_unit_test(what_cannot_be_written_leaves_the_old_one),
		cmocka_unit_test(every_line_fits_the_schema),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
