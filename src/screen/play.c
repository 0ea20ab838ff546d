/* Standing still and going on, and places in a recording. */
#include "screen/act.h"

#include "base/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SPEED_MOST 1024.0

/* "13:45" or "13:45:10" in seconds after midnight. */
static bool clock_of(const char *text, long *ret)
{
	long parts[3] = { 0 };
	char copy[16], *rest = copy, *at;
	int n = 0;

	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	while ((at = strsep(&rest, ":"))) {
		static const int most[] = { 23, 59, 60 };
		int value;

		if (n == 3 || parse_int(at, &value) || value < 0 ||
		    value > most[n])
			return false;
		parts[n++] = value;
	}
	*ret = parts[0] * 3600 + parts[1] * 60 + parts[2];
	return n >= 2;
}

/* The first tick that is not before @at; the last. */
static size_t tick_at(const struct view *v, double at)
{
	const struct screen_replay *r = v->feed->replay;
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->at(v->feed->arg, middle) < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->count ? low : r->count - 1;
}

/* That time of day, the first after the recording began. */
static double moment(const struct view *v, long clock)
{
	double first = v->feed->replay->at(v->feed->arg, 0);
	time_t begin = (time_t)first;
	struct tm tm;

	if (!localtime_r(&begin, &tm))
		return first;
	tm.tm_hour = (int)(clock / 3600);
	tm.tm_min = (int)(clock / 60 % 60);
	tm.tm_sec = (int)(clock % 60);
	tm.tm_isdst = -1;
	if (mktime(&tm) < begin)
		tm.tm_mday++;
	return (double)mktime(&tm);
}

int seek_parse(const struct view *v, const char *text, size_t *ret,
	       struct err *err)
{
	size_t count = v->feed->replay->count, n = strlen(text);
	char number[32];
	double share;
	uint64_t tick;
	long clock;

	if (n && n < sizeof(number) && text[n - 1] == '%') {
		snprintf(number, sizeof(number), "%.*s", (int)n - 1, text);
		if (!parse_double(number, &share) && share >= 0 &&
		    share <= 100) {
			*ret = (size_t)(share / 100 * (double)(count - 1) +
					0.5);
			return 0;
		}
	} else if (*text == '#') {
		if (!parse_u64(text + 1, &tick) && tick >= 1 && tick <= count) {
			*ret = (size_t)tick - 1;
			return 0;
		}
	} else if (clock_of(text, &clock)) {
		*ret = tick_at(v, moment(v, clock));
		return 0;
	}
	return err_set(
		err, -EINVAL,
		"'%s' is no place: say 0%% to 100%%, a time as 13:45:00, "
		"or #1 to #%zu",
		text, count);
}

void seek_to(struct view *v, size_t tick)
{
	struct err err = { 0 };

	if (v->feed->replay->seek(v->feed->arg, tick, &err) < 0) {
		view_complain(v, "%s", err.what);
		return;
	}
	/* the model has nothing until then */
	v->fed = false;
	v->rows = NULL;
	v->step = v->due = true;
}

void play_pause(struct view *v)
{
	const struct screen_replay *r = v->feed->replay;

	if (v->paused && r && r->position(v->feed->arg) + 1 >= r->count) {
		view_complain(v, "the recording ends here: G goes elsewhere");
		return;
	}
	v->paused = !v->paused;
	v->step = false;
	v->due = !v->paused;
}

void play_step(struct view *v, bool backwards)
{
	const struct screen_replay *r = v->feed->replay;
	size_t at = r->position(v->feed->arg);

	v->paused = true;
	if (backwards ? at == 0 : at + 1 >= r->count) {
		view_complain(v, backwards ? "the recording begins here"
					   : "the recording ends here");
		return;
	}
	if (backwards)
		seek_to(v, at - 1);
	else
		v->step = v->due = true;
}

void play_speed(struct view *v, double factor)
{
	double speed = v->speed * factor;

	if (speed >= 1 / SPEED_MOST && speed <= SPEED_MOST)
		v->speed = speed;
	view_say(v, "%g times as fast as it was", v->speed);
}
