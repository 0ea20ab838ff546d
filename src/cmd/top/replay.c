/* Ticks of a recording. */
#include "cmd/top/top.h"

#include "base/auto.h"
#include "base/vec.h"
#include "base/xalloc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Histories and verdicts want so many ticks before the one that is shown. */
#define TICKS_BEFORE 120

static int choose(void *arg, size_t screen, struct err *err)
{
	struct top *t = arg;

	return top_show_screen(
		t, screen, &tick_reader_header(t->reader)->metric_list, err);
}

/* Threads are in it or not; their numbers have a column or not. */
static void set_threads(void *arg, bool threads)
{
	struct top *t = arg;

	if (t->threads == threads)
		return;
	t->threads = threads;
	choose(t, t->feed.chosen, NULL);
}

static int feed_one(struct top *t, size_t i, struct err *err)
{
	const struct tick *tick;
	int r = tick_reader_get(t->reader, i, &tick, err);

	if (r < 0)
		return r;
	tasks_feed(t->feed.tasks, tick);
	return 0;
}

/* One tick at a time, so that those before a far one keep no key waiting. */
static int step(void *arg, uint64_t budget_ns, struct err *err)
{
	struct top *t = arg;
	int r;

	(void)budget_ns;
	if (t->next >= tick_reader_count(t->reader))
		return err_set(err, -ENODATA, "the recording ends here");
	r = feed_one(t, t->next, err);
	if (r < 0)
		return r;
	t->next++;
	return t->next > t->wanted;
}

static size_t position(void *arg)
{
	const struct top *t = arg;

	return t->next > t->wanted ? t->next - 1 : t->wanted;
}

static double at(void *arg, size_t tick)
{
	const struct top *t = arg;

	return tick_reader_at(t->reader, tick);
}

static int seek(void *arg, size_t tick, struct err *err)
{
	struct top *t = arg;
	size_t count = tick_reader_count(t->reader);

	(void)err;
	tasks_forget(t->feed.tasks);
	t->wanted = tick < count ? tick : count - 1;
	t->next = t->wanted > TICKS_BEFORE ? t->wanted - TICKS_BEFORE : 0;
	return 0;
}

/* All that any screen shows is worked out, so that each can be chosen. */
static int bind(struct top *t, struct recording *r, struct err *err)
{
	AUTO_FREE const char **names = NULL;
	size_t n = 0;

	for (size_t s = 0; s < t->screens.n; s++)
		for (size_t k = 0; k < t->screens.specs[s].n; k++) {
			const char *key = t->screens.specs[s].keys[k];
			bool known = !catalog_find(t->catalog, "metric", key);

			for (size_t i = 0; i < n && !known; i++)
				known = !strcmp(names[i], key);
			if (!known)
				VEC_PUSH(names, n, key);
		}
	return recording_bind(r, names, n, err);
}

int top_replay_open(struct top *t, struct err *err)
{
	struct recording *header;
	size_t screen;
	int r = tick_reader_open(t->o.replay, &t->reader, err);

	if (r < 0)
		return r;
	if (!tick_reader_count(t->reader))
		return err_set(err, -EBADMSG, "'%s' has no tick", t->o.replay);
	header = tick_reader_header(t->reader);
	r = recording_load_catalog(header, true, t->o.event_dirs.items,
				   t->o.event_dirs.n, err);
	if (r < 0)
		return r;
	t->catalog = &header->catalog;
	r = top_screens_load(t->catalog, t->o.columns, &t->screens, err);
	if (r < 0)
		return r;
	screen = top_screens_find(&t->screens, t->catalog, t->o.screen, err);
	if (screen == SIZE_MAX)
		return -EINVAL;
	r = top_load_rules(t, err);
	if (r == 0)
		r = bind(t, header, err);
	if (r < 0)
		return r;
	t->threads = top_options_rows(&t->o).by == ROWS_THREAD;
	tick_reader_context(t->reader, &t->context);
	t->replay = (struct screen_replay){
		.position = position,
		.count = tick_reader_count(t->reader),
		.at = at,
		.seek = seek,
	};
	t->feed = (struct screen_feed){ .arg = t,
					.screens = t->screens.choices,
					.nscreens = t->screens.n,
					.choose = choose,
					.set_threads = set_threads,
					.step = step,
					.replay = &t->replay,
					.origin = t->o.replay };
	return top_show_screen(t, screen, &header->metric_list, err);
}
