/*
 * Recordings: what is written is read again, to the last count and in every
 * view; what is not a recording, or is damaged, is refused and harms nobody.
 */
#include "schema.h"

#include "scenes.h"
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "record/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/tacho-recording.XXXXXX";
static char saved[64];

static int set_up(void **unused)
{
	(void)unused;
	strcpy(folder, "/tmp/tacho-recording.XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(saved, sizeof(saved), "%s/x.rec", folder);
	return 0;
}

static int tear_down(void **unused)
{
	(void)unused;
	unlink(saved);
	return rmdir(folder);
}

/* ---- a recording of a scene ---- */

/* Metrics as a catalog has them, on the side that was not written. */
struct original {
	struct fixture f;
	struct recording r; /* borrows all of it */
	struct metric_list metrics;
	struct metric_uses uses;
	struct plan plan;
	struct recording_left_out left_out;
	char *names[2];
};

static void bind_original(struct original *o)
{
	struct fixture *f = &o->f;
	struct err err = { 0 };

	o->plan = f->plan;
	o->plan.uses = NULL;
	o->plan.nuses = 0;
	assert_int_equal(metric_load_for(&f->catalog, &f->events, NULL, 0,
					 &o->metrics, &err),
			 0);
	metric_bind(&o->metrics, &f->events, &o->uses);
	plan_bind(&o->plan, &o->uses);
	f->series.plan = &o->plan;
}

static size_t count_texts(char *const *texts)
{
	size_t n = 0;

	while (texts && texts[n])
		n++;
	return n;
}

/* What is no text would not come back as it was. */
static void clean_names(const struct series *series)
{
	for (size_t i = 0; i < series->nruns; i++)
		for (size_t s = 0; s < series->runs[i].nslots; s++)
			for (char *c = series->runs[i].slots[s].comm; *c; c++)
				if (*c < ' ' || *c > '~')
					*c = '?';
}

static char version[] = "1.2.3", source[] = "perf", nothing[] = "";

static void original_init(struct original *o, const struct scene *scene)
{
	struct fixture *f = &o->f;

	memset(o, 0, sizeof(*o));
	fixture_init(f);
	scene->make(f);
	bind_original(o);
	clean_names(&f->series);
	o->r = (struct recording){
		.tacho = version,
		.started_at = f->about.started_at,
		.cpu = { .arch = CPU_ARCH_OTHER,
			 .family = -1,
			 .model = -1,
			 .stepping = -1 },
		.binaries = (struct binary *)(uintptr_t)f->about.binaries,
		.nbinaries = f->about.nbinaries,
		.nbeside = f->events.n,
		.events = f->events,
		.plan = o->plan,
		.series = f->series,
		.facts = f->facts,
	};
	o->r.source.name = source;
	o->r.options.rows = nothing;
	o->r.options.repeat = f->about.repeats;
	o->r.target.argv = (char **)(uintptr_t)f->about.argv;
	o->r.target.cgroups = f->cgroups;
	o->r.target.ncgroups = count_texts(f->cgroups);
	if (f->options.topology) {
		o->r.topology = *f->options.topology;
		o->r.has_topology = true;
	}
}

static void original_done(struct original *o)
{
	for (size_t i = 0; i < o->plan.nuses; i++)
		free(o->plan.uses[i].counters);
	free(o->plan.uses);
	free(o->plan.shown);
	metric_uses_done(&o->uses);
	metric_list_done(&o->metrics);
	fixture_done(&o->f);
}

static const struct scene *find_scene(const char *name)
{
	const struct scene *scene = scenes;

	while (scene->name && strcmp(scene->name, name) != 0)
		scene++;
	assert_non_null(scene->name);
	return scene;
}

static void save(struct original *o)
{
	struct err err = { 0 };

	if (recording_save(&o->r, saved, &err) < 0)
		fail_msg("%s", err.what);
}

static struct recording *load(const char *path)
{
	struct recording *r = NULL;
	struct err err = { 0 };

	if (recording_load(path, &r, &err) < 0)
		fail_msg("%s", err.what);
	return r;
}

/* ---- the same again ---- */

static const struct view *const views[] = {
	&view_text,     &view_csv,      &view_json,
	&view_markdown, &view_perf_csv, &view_perf_json,
};

static char *show(const struct view *view, const struct report_about *about,
		  const struct series *series,
		  const struct report_options *options)
{
	const struct view_options how = { .separator = "," };
	struct report report;
	struct err err = { 0 };
	char *text;

	assert_int_equal(report_build(about, series, options, &report, &err),
			 0);
	text = fixture_show(view, &report, &how);
	report_done(&report);
	return text;
}

static void assert_shown_alike(struct original *o, struct recording *r)
{
	struct report_about about = o->f.about;
	struct report_options options = o->f.options;

	if (about.cgroups)
		about.cgroups = r->target.cgroups;
	about.argv = r->target.argv;
	about.binaries = r->binaries;
	about.nbinaries = r->nbinaries;
	if (r->has_topology)
		options.topology = &r->topology;
	for (size_t i = 0; i < ARRAY_LEN(views); i++) {
		AUTO_FREE char *before = show(views[i], &o->f.about,
					      &o->f.series, &o->f.options);
		AUTO_FREE char *after =
			show(views[i], &about, &r->series, &options);

		assert_string_equal(after, before);
	}
}

static void every_scene_is_shown_as_it_was(void **unused)
{
	(void)unused;
	for (const struct scene *s = scenes; s->name; s++) {
		struct original o;
		AUTO(recording_freep) struct recording *r = NULL;
		struct err err = { 0 };

		if (s->intervals)
			continue;
		original_init(&o, s);
		save(&o);
		r = load(saved);
		assert_int_equal(
			recording_load_catalog(r, false, NULL, 0, &err), 0);
		assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
		/* the fixture's own, which no catalog has */
		facts_set(&r->facts, "pipeline_width", 16.0);
		assert_shown_alike(&o, r);
		original_done(&o);
	}
}

static void every_count_is_exact(void **unused)
{
	const uint64_t counts[] = { 0, 1, INT64_MAX, (uint64_t)INT64_MAX + 1,
				    UINT64_MAX };
	AUTO(recording_freep) struct recording *r = NULL;
	struct original o;
	struct reading *reading;

	(void)unused;
	original_init(&o, find_scene("plain"));
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		reading = snapshot_at(&o.f.series.runs[0].total, i, 0);
		reading->raw = counts[i];
		reading->enabled_ns = counts[i] / 2;
		reading->running_ns = counts[i] / 3;
	}
	o.r.started_at = 0.1;
	save(&o);
	r = load(saved);
	assert_true(r->started_at == 0.1);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		reading = snapshot_at(&r->series.runs[0].total, i, 0);
		assert_true(reading->raw == counts[i]);
		assert_true(reading->enabled_ns == counts[i] / 2);
		assert_true(reading->running_ns == counts[i] / 3);
	}
	original_done(&o);
}

static void every_state_is_kept(void **unused)
{
	AUTO(recording_freep) struct recording *r = NULL;
	const struct snapshot *a, *b;
	struct original o;

	(void)unused;
	original_init(&o, find_scene("per-cpu"));
	a = &o.f.series.runs[0].total;
	for (int i = 0; i < READING_STATES; i++)
		a->readings[i].state = (enum reading_state)i;
	save(&o);
	r = load(saved);
	b = &r->series.runs[0].total;
	assert_int_equal(a->ncounters * a->nslots, b->ncounters * b->nslots);
	assert_true(a->ncounters * a->nslots >= READING_STATES);
	for (size_t i = 0; i < a->ncounters * a->nslots; i++)
		assert_int_equal(a->readings[i].state, b->readings[i].state);
	original_done(&o);
}

static void what_was_asked_for_is_kept(void **unused)
{
	char *pids[] = { (char[]){ "17,18" } };
	char *names[] = { (char[]){ "ipc" }, (char[]){ "gone_metric" } };
	struct metric_lack lack = { "l3_misses", (char[]){ "no such PMU" } };
	struct recording_left_out left = { .names = (char[]){ "cycles" },
					   .hardware = true };
	AUTO(recording_freep) struct recording *r = NULL;
	struct err err = { 0 };
	struct original o;

	(void)unused;
	original_init(&o, find_scene("plain"));
	err_set(&left.why, -ENOENT, "there is none");
	err_hint(&left.why, "buy one");
	o.r.target.pids = pids;
	o.r.target.npids = 1;
	o.r.metrics = names;
	o.r.nmetrics = 2;
	o.r.lacks = &lack;
	o.r.nlacks = 1;
	o.r.left_out = &left;
	o.r.nleft_out = 1;
	o.r.options.min_running = 12.5;
	o.r.cpu.arch = CPU_ARCH_X86;
	o.r.cpu.family = 6;
	strcpy(o.r.cpu.vendor, "GenuineIntel");
	save(&o);
	r = load(saved);
	assert_string_equal(r->target.pids[0], "17,18");
	assert_string_equal(r->lacks[0].name, "l3_misses");
	assert_string_equal(r->lacks[0].why, "no such PMU");
	assert_int_equal(r->left_out[0].why.code, -ENOENT);
	assert_string_equal(r->left_out[0].why.hint, "buy one");
	assert_true(r->options.min_running == 12.5);
	assert_int_equal(r->cpu.family, 6);
	assert_int_equal(r->cpu.model, -1);
	assert_int_equal(recording_load_catalog(r, false, NULL, 0, &err), 0);
	assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
	assert_int_equal(r->nunknown, 1);
	assert_string_equal(r->unknown[0], "gone_metric");
	original_done(&o);
}

/* The files of the recorded CPU, whatever this one is. */
static void metrics_are_those_of_the_recorded_cpu(void **unused)
{
	static const int models[] = { 85, 143 };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(models); i++) {
		struct cpu_core_type type = { .pmu = (char[]){ "cpu" },
					      .pmu_type = 4 };
		AUTO(recording_freep) struct recording *r = NULL;
		struct err err = { 0 };
		struct catalog like = { 0 };
		struct original o;

		original_init(&o, find_scene("plain"));
		o.r.cpu.arch = CPU_ARCH_X86;
		strcpy(o.r.cpu.vendor, "GenuineIntel");
		o.r.cpu.family = 6;
		o.r.cpu.model = models[i];
		o.r.cpu.stepping = 7;
		o.r.cpu.core_types = &type;
		o.r.cpu.ncore_types = 1;
		save(&o);
		r = load(saved);
		assert_int_equal(catalog_load(&like, &o.r.cpu, NULL, 0, &err),
				 0);
		assert_int_equal(
			recording_load_catalog(r, false, NULL, 0, &err), 0);
		assert_true(r->catalog.nlive > o.f.catalog.nlive);
		assert_int_equal(r->catalog.nlive, like.nlive);
		for (size_t k = 0; k < like.nlive; k++)
			assert_string_equal(r->catalog.live[k]->name,
					    like.live[k]->name);
		assert_non_null(
			catalog_find(&r->catalog, "formula", "retiring"));
		assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
		catalog_done(&like);
		original_done(&o);
	}
}

static void bytes_that_a_terminal_obeys_are_replaced(void **unused)
{
	char *argv[] = { (char[]){ "a\033]0;x\007" },
			 (char[]){ "b\nc\td" },
			 (char[]){ "\xc2\x9b"
				   "31m" },
			 (char[]){ "no\xff"
				   "utf" },
			 (char[]){ "\xc3\xa9" },
			 NULL };
	AUTO(recording_freep) struct recording *r = NULL;
	struct original o;

	(void)unused;
	original_init(&o, find_scene("plain"));
	o.r.target.argv = argv;
	save(&o);
	r = load(saved);
	assert_string_equal(r->target.argv[0], "a?]0;x?");
	assert_string_equal(r->target.argv[1], "b\nc\td");
	assert_string_equal(r->target.argv[2], "??31m");
	assert_string_equal(r->target.argv[3], "no?utf");
	assert_string_equal(r->target.argv[4], "\xc3\xa9");
	assert_null(r->target.argv[5]);
	original_done(&o);
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

/* What becomes of @len bytes of @data in a file; 0: they are a recording. */
static int try_bytes(const char *data, size_t len, struct err *err)
{
	AUTO(recording_freep) struct recording *r = NULL;
	int fd = memfd_create("recording", MFD_CLOEXEC);
	char path[64];
	int bad;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	bad = recording_load(path, &r, err);
	close(fd);
	if (bad < 0) {
		assert_null(r);
		assert_non_null(strstr(err->what, "cannot read '"));
		assert_non_null(strstr(err->what, ", line "));
	}
	return bad;
}

/* It may be another recording now, which must be fit to be shown. */
static void use_bytes(const char *data, size_t len)
{
	static const struct report_about about = { .subject = "x",
						   .version = "x",
						   .machine_cpu = "",
						   .machine_key = "",
						   .machine_kernel = "",
						   .machine_host = "",
						   .hypervisor = "",
						   .repeats = 1 };
	AUTO(recording_freep) struct recording *r = NULL;
	struct report_options options = { .limits.scale = true };
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct err err = { 0 };
	char path[64];
	int bad;

	assert_int_equal(write(fd, data, len), len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	bad = recording_load(path, &r, &err);
	close(fd);
	if (bad < 0)
		return;
	assert_int_equal(recording_load_catalog(r, false, NULL, 0, &err), 0);
	assert_int_equal(recording_bind(r, NULL, 0, &err), 0);
	if (r->has_topology)
		options.topology = &r->topology;
	free(show(&view_text, &about, &r->series, &options));
	free(show(&view_json, &about, &r->series, &options));
}

static struct text text_of_scene(const char *name)
{
	struct original o;

	original_init(&o, find_scene(name));
	save(&o);
	original_done(&o);
	return read_saved();
}

static void a_file_that_was_cut_off_anywhere_is_refused(void **unused)
{
	struct text text = text_of_scene("bounds");

	(void)unused;
	for (size_t len = 0; len < text.len; len++) {
		struct err err = { 0 };

		if (try_bytes(text.data, len, &err) == 0)
			fail_msg("cut to %zu of %zu bytes it was taken", len,
				 text.len);
		assert_int_equal(err.code, -EBADMSG);
	}
	assert_int_equal(try_bytes(text.data, text.len, NULL), 0);
	free(text.data);
}

/* The same ones each time. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
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
	static const char *const names[] = { "bounds",  "states", "hybrid",
					     "cgroups", "built",  "per-core" };
	uint32_t seed = 20261121;
	size_t taken = 0;

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct text text = text_of_scene(names[i]);
		AUTO_FREE char *copy = xmalloc(text.len);

		for (int k = 0; k < 500; k++) {
			struct err err = { 0 };
			uint32_t n = 1 + next_random(&seed) % 3;

			memcpy(copy, text.data, text.len);
			while (n--)
				mutate(copy, text.len, &seed);
			if (try_bytes(copy, text.len, &err) < 0)
				continue;
			use_bytes(copy, text.len);
			taken++;
		}
		free(text.data);
	}
	/* both ways were walked */
	assert_true(taken > 100 && taken < 2900);
}

/* Change one piece of a good file, in the line that has it. */
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
		{ "{\"tacho-recording\":1", "{\"tacho-recording\":7", "line 1",
		  "of version 7" },
		{ "{\"tacho-recording\":1", "{\"tacho-recording\":\"1\"",
		  "line 1", "no recording" },
		{ "\"started_at\":", "\"began_at\":", "line 1",
		  "started_at: missing" },
		{ "\"scale\":", "\"scale\":\"x\",\"y\":", "line 1",
		  "events[0]: scale: not a number" },
		{ "\"link\":\"generic\"", "\"link\":\"magic\"", "line 1",
		  "events[0]: link: not one" },
		{ "\"core_type\":-1", "\"core_type\":64", "line 1",
		  "core_type: 64 is out of range" },
		{ "\"groups\":[{\"events\":[0]", "\"groups\":[{\"events\":[6]",
		  "line 1", "groups[0]: events: no such event" },
		{ "\"groups\":[{\"events\":[0]", "\"groups\":[{\"events\":[1]",
		  "line 1", "event 0 is in none" },
		{ "\"groups\":[{\"events\":[0]", "\"groups\":[{\"events\":[]",
		  "line 1", "groups[0]: events: there is none" },
		{ "{\"run\":1", "{\"run\":2", "line 2", "not run 1" },
		{ "\"cgroup\":-1", "\"cgroup\":0", "line 2",
		  "slots[0]: cgroup: there is none such" },
		{ "\"comm\":\"", "\"comm\":\"0123456789abcdef", "line 2",
		  "slots[0]: comm: too long" },
		{ "\"raw\":[", "\"raw\":[1,", "line 2",
		  "counters[0]: raw: not one for each slot" },
		{ "\"raw\":[", "\"raw\":[-", "line 2", "not a count" },
		{ "\"enabled_ns\":[", "\"enabled_ns\":[1.5,", "line 2",
		  "enabled_ns" },
		{ "\"state\":\"ok\"", "\"state\":\"fine\"", "line 2",
		  "counters[0]: state" },
		{ "\"wall_ns\":", "\"wall_ns\":null,\"x\":", "line 2",
		  "wall_ns: not a count" },
		{ "\"remarks\":[],\"d", "\"spread\":[1],\"remarks\":[],\"d",
		  "line 2", "spread: not what the groups" },
		{ "{\"runs\":1}", "{\"runs\":2}", "line 3", "another number" },
		{ "{\"runs\":1}\n", "{\"runs\":1}\n{}\n", "line 4",
		  "more than was written" },
		{ "{\"runs\":1}\n", "", "line 3", "cut off" },
		{ "{\"runs\":1}\n", "[]\n", "line 3", "not an object" },
	};
	struct text text = text_of_scene("plain");

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		AUTO_FREE char *data =
			replaced(&text, lies[i].from, lies[i].to);
		struct err err = { 0 };

		if (try_bytes(data, strlen(data), &err) == 0)
			fail_msg("%s was taken", lies[i].to);
		if (!strstr(err.what, lies[i].line) ||
		    !strstr(err.what, lies[i].part))
			fail_msg("%s: %s", lies[i].to, err.what);
	}
	free(text.data);
}

static void keys_that_nobody_knows_are_passed_over(void **unused)
{
	struct text text = text_of_scene("plain");
	AUTO_FREE char *data =
		replaced(&text, "{\"run\":1", "{\"new\":{\"a\":[1]},\"run\":1");

	(void)unused;
	assert_int_equal(try_bytes(data, strlen(data), NULL), 0);
	free(text.data);
}

static void a_deep_file_is_no_stack_overflow(void **unused)
{
	size_t n = 1 << 20;
	AUTO_FREE char *data = xmalloc(n);
	struct err err = { 0 };

	(void)unused;
	memset(data, '[', n);
	assert_int_equal(try_bytes(data, n, &err), -EBADMSG);
}

/* ---- commands that were measured side by side ---- */

static struct recording_turn turns[2][2] = {
	{ { 0, 0 }, { 3, 1 } },
	{ { 0, 1 }, { 3, 0 } },
};

static void save_pair(void)
{
	static char names[2][4] = { "old", "new" };
	struct original o[2];
	const struct recording *both[2];
	struct err err = { 0 };

	for (size_t i = 0; i < 2; i++) {
		original_init(&o[i], find_scene("repeats"));
		assert_true(o[i].r.series.nruns >= 2);
		o[i].r.series.nruns = 2;
		o[i].r.series.runs[0].start_ns = 1000 + i;
		o[i].r.compared = (struct recording_beside){ names[i], i, 2,
							     true, UINT64_MAX };
		o[i].r.turns = turns[i];
		both[i] = &o[i].r;
	}
	if (recording_save_all(both, 2, saved, &err) < 0)
		fail_msg("%s", err.what);
	for (size_t i = 0; i < 2; i++) {
		o[i].r.series.nruns = o[i].f.series.nruns;
		original_done(&o[i]);
	}
}

static void what_was_compared_is_kept_together(void **unused)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	AUTO(recording_freep) struct recording *one = NULL;
	struct err err = { 0 };

	(void)unused;
	save_pair();
	assert_int_equal(recording_load_all(saved, &all, &err), 0);
	assert_int_equal(all.n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct recording *r = all.items[i];

		assert_string_equal(r->compared.name, i ? "new" : "old");
		assert_int_equal(r->compared.index, i);
		assert_int_equal(r->compared.total, 2);
		assert_true(r->compared.has_seed);
		assert_true(r->compared.seed == UINT64_MAX);
		assert_int_equal(r->series.nruns, 2);
		assert_memory_equal(r->turns, turns[i], sizeof(turns[i]));
		assert_int_equal(r->series.runs[0].start_ns, 1000 + i);
		assert_ptr_equal(r->series.plan, &r->plan);
	}
	/* who can use one only does not take them for one */
	assert_int_equal(recording_load(saved, &one, &err), -E2BIG);
	assert_non_null(strstr(err.what, "2 commands"));
}

static void one_alone_is_all(void **unused)
{
	AUTO(recordings_done) struct recordings all = { 0 };
	struct text text = text_of_scene("plain");
	struct err err = { 0 };

	(void)unused;
	assert_int_equal(recording_load_all(saved, &all, &err), 0);
	assert_int_equal(all.n, 1);
	assert_null(all.items[0]->compared.name);
	assert_null(all.items[0]->turns);
	free(text.data);
}

/* Such as -E2BIG is for one that is whole. */
static void a_comparison_that_was_cut_off_is_refused(void **unused)
{
	struct text text;

	(void)unused;
	save_pair();
	text = read_saved();
	for (size_t len = 0; len <= text.len; len += len % 7 + 1) {
		AUTO(recording_freep) struct recording *r = NULL;
		AUTO_FREE char *path = NULL;
		struct err err = { 0 };
		int fd = memfd_create("recording", MFD_CLOEXEC), bad;

		assert_int_equal(write(fd, text.data, len), len);
		path = xasprintf("/proc/self/fd/%d", fd);
		bad = recording_load(path, &r, &err);
		close(fd);
		assert_int_equal(bad, len == text.len ? -E2BIG : -EBADMSG);
	}
	free(text.data);
}

static void what_does_not_belong_together_is_refused(void **unused)
{
	static const struct {
		const char *from, *to, *part;
	} lies[] = {
		{ "\"index\":1", "\"index\":0", "not the next of them" },
		{ "\"index\":0", "\"index\":1", "not the next of them" },
		{ "\"index\":0", "\"index\":2", "no such index" },
		{ "\"total\":2", "\"total\":1", "there is none such" },
		{ "\"total\":2", "\"total\":3", "not the next of them" },
		{ "\"total\":2", "\"total\":0", "out of range" },
		{ "\"name\":\"old\",\"index\"", "\"name\":null,\"index\"",
		  "compared: " },
		{ "\"seed\":\"", "\"seed\":\"-", "seed: not a count" },
		{ "\"compared\":{", "\"compared\":1,\"x\":{", "not an object" },
		{ "\"block\":3", "\"block\":0", "not after the one before" },
		{ "\"block\":3", "\"block\":-1", "out of range" },
		{ "\"position\":1", "\"position\":2", "there is none such" },
		{ "\"position\":0", "\"x\":0", "position: missing" },
	};
	struct text text;

	(void)unused;
	save_pair();
	text = read_saved();
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		AUTO_FREE char *data =
			replaced(&text, lies[i].from, lies[i].to);
		struct err err = { 0 };

		if (try_bytes(data, strlen(data), &err) != -EBADMSG)
			fail_msg("%s was taken", lies[i].to);
		if (!strstr(err.what, lies[i].part))
			fail_msg("%s: %s", lies[i].to, err.what);
	}
	free(text.data);
}

/* ---- files ---- */

static void assert_lines_fit(json_t *schema, const char *name, char *data)
{
	char *save_ptr = NULL, why[256];

	for (char *line = strtok_r(data, "\n", &save_ptr); line;
	     line = strtok_r(NULL, "\n", &save_ptr)) {
		json_t *o = json_loads(line, 0, NULL);

		if (!schema_fits(schema, schema, o, why))
			fail_msg("%s: %s in %.60s", name, why, line);
		json_object_set_new(o, "surprise", json_true());
		assert_false(schema_fits(schema, schema, o, why));
		json_decref(o);
	}
}

static void every_line_fits_the_schema(void **unused)
{
	const char *srcdir = getenv("srcdir");
	AUTO_FREE char *path = xasprintf("%s/doc/tacho-recording.schema.json",
					 srcdir ? srcdir : ".");
	json_t *schema = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	struct text pair;

	(void)unused;
	assert_non_null(schema);
	for (const struct scene *s = scenes; s->name; s++) {
		struct text text = text_of_scene(s->name);

		assert_lines_fit(schema, s->name, text.data);
		free(text.data);
	}
	save_pair();
	pair = read_saved();
	assert_lines_fit(schema, "a comparison", pair.data);
	free(pair.data);
	json_decref(schema);
}

static void what_cannot_be_written_leaves_the_old_one(void **unused)
{
	struct original o;
	struct err err = { 0 };
	AUTO(recording_freep) struct recording *r = NULL;

	(void)unused;
	original_init(&o, find_scene("plain"));
	save(&o);
	o.r.tacho = (char[]){ "second" };
	assert_int_equal(recording_save(&o.r, "/dev/null", &err), -EINVAL);
	assert_int_equal(recording_save(&o.r, folder, &err), -EINVAL);
	assert_true(recording_can_save("/dev/null", NULL) < 0);
	assert_true(recording_can_save(folder, NULL) < 0);
	assert_true(recording_can_save("/nonexistent/x", NULL) < 0);
	assert_true(recording_can_save("", NULL) < 0);
	assert_int_equal(recording_can_save(saved, NULL), 0);
	r = load(saved);
	assert_string_equal(r->tacho, "1.2.3");
	recording_free(r);
	save(&o);
	r = load(saved);
	assert_string_equal(r->tacho, "second");
	original_done(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scene_is_shown_as_it_was),
		cmocka_unit_test(every_count_is_exact),
		cmocka_unit_test(every_state_is_kept),
		cmocka_unit_test(what_was_asked_for_is_kept),
		cmocka_unit_test(metrics_are_those_of_the_recorded_cpu),
		cmocka_unit_test(bytes_that_a_terminal_obeys_are_replaced),
		cmocka_unit_test(a_file_that_was_cut_off_anywhere_is_refused),
		cmocka_unit_test(damaged_files_harm_nobody),
		cmocka_unit_test(each_lie_is_told_with_its_place),
		cmocka_unit_test(keys_that_nobody_knows_are_passed_over),
		cmocka_unit_test(a_deep_file_is_no_stack_overflow),
		cmocka_unit_test(what_was_compared_is_kept_together),
		cmocka_unit_test(one_alone_is_all),
		cmocka_unit_test(a_comparison_that_was_cut_off_is_refused),
		cmocka_unit_test(what_does_not_belong_together_is_refused),
		cmocka_unit_test(every_line_fits_the_schema),
		cmocka_unit_test(what_cannot_be_written_leaves_the_old_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
