/* Recordings of scenes, in a file; see saved.h. */
#include "saved.h"

#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

char saved_folder[] = "/tmp/tacho-recording.XXXXXX";
char saved_path[64];

int saved_set_up(void **unused)
{
	(void)unused;
	strcpy(saved_folder, "/tmp/tacho-recording.XXXXXX");
	assert_non_null(mkdtemp(saved_folder));
	snprintf(saved_path, sizeof(saved_path), "%s/x.rec", saved_folder);
	return 0;
}

int saved_tear_down(void **unused)
{
	(void)unused;
	unlink(saved_path);
	return rmdir(saved_folder);
}

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

void original_init(struct original *o, const struct scene *scene)
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

void original_done(struct original *o)
{
	for (size_t i = 0; i < o->plan.nuses; i++)
		free(o->plan.uses[i].counters);
	free(o->plan.uses);
	free(o->plan.shown);
	metric_uses_done(&o->uses);
	metric_list_done(&o->metrics);
	fixture_done(&o->f);
}

const struct scene *saved_scene(const char *name)
{
	const struct scene *scene = scenes;

	while (scene->name && strcmp(scene->name, name) != 0)
		scene++;
	assert_non_null(scene->name);
	return scene;
}

void original_save(struct original *o)
{
	struct err err = { 0 };

	if (recording_save(&o->r, saved_path, &err) < 0)
		fail_msg("%s", err.what);
}

struct recording *saved_load(const char *path)
{
	struct recording *r = NULL;
	struct err err = { 0 };

	if (recording_load(path, &r, &err) < 0)
		fail_msg("%s", err.what);
	return r;
}

char *saved_show(const struct view *view, const struct report_about *about,
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

struct saved_text saved_read(void)
{
	struct saved_text text = { 0 };
	FILE *f = fopen(saved_path, "r");
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
int saved_try(const char *data, size_t len, struct err *err)
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

struct saved_text saved_text_of(const char *name)
{
	struct original o;

	original_init(&o, saved_scene(name));
	original_save(&o);
	original_done(&o);
	return saved_read();
}

/* Change one piece of a good file, in the line that has it. */
char *saved_replaced(const struct saved_text *text, const char *from,
		     const char *to)
{
	const char *at = strstr(text->data, from);

	if (!at)
		fail_msg("there is no '%s'", from);
	return xasprintf("%.*s%s%s", (int)(at - text->data), text->data, to,
			 at + strlen(from));
}

struct recording_turn saved_turns[2][2] = {
	{ { 0, 0 }, { 3, 1 } },
	{ { 0, 1 }, { 3, 0 } },
};

void saved_pair(void)
{
	static char names[2][4] = { "old", "new" };
	struct original o[2];
	const struct recording *both[2];
	struct err err = { 0 };

	for (size_t i = 0; i < 2; i++) {
		original_init(&o[i], saved_scene("repeats"));
		assert_true(o[i].r.series.nruns >= 2);
		o[i].r.series.nruns = 2;
		o[i].r.series.runs[0].start_ns = 1000 + i;
		o[i].r.compared = (struct recording_beside){ names[i], i, 2,
							     true, UINT64_MAX };
		o[i].r.turns = saved_turns[i];
		both[i] = &o[i].r;
	}
	if (recording_save_all(both, 2, saved_path, &err) < 0)
		fail_msg("%s", err.what);
	for (size_t i = 0; i < 2; i++) {
		o[i].r.series.nruns = o[i].f.series.nruns;
		original_done(&o[i]);
	}
}
