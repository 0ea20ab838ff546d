/*
 * A screen with made-up rows: what the tests of keys and of the terminal drive.
 *
 *	driver [KEY=VALUE]...
 *
 * tasks, cpus, replay, iterations, delay, slow (steps of 10 ms before each tick),
 * fail, color, utf8, mouse, hostile, uncounted, lacking, victim (a process), crash
 * (the number of a signal after the third tick, or "memory").
 */
#include "fake_tasks.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fake_feed fake;
static const char *crash;
static int (*step)(void *arg, uint64_t budget_ns, struct err *err);

static int crashing_step(void *arg, uint64_t budget_ns, struct err *err)
{
	int number = 0;

	if (crash && fake.tick >= 3) {
		if (!strcmp(crash, "memory"))
			xcalloc(1, SIZE_MAX / 2);
		else if (!parse_int(crash, &number))
			raise(number);
	}
	return step(arg, budget_ns, err);
}

static double number_of(const char *text)
{
	double x = 0;

	if (parse_double(text, &x)) {
		fprintf(stderr, "driver: '%s' is no number\n", text);
		exit(2);
	}
	return x;
}

static void read_argument(const char *argument, struct fake_scene *scene,
			  struct screen_options *options, double *replay)
{
	const char *value = strchr(argument, '=');
	size_t n = value ? (size_t)(value++ - argument) : 0;
	const struct {
		const char *name;
		bool *to;
	} flags[] = {
		{ "color", &options->color },
		{ "utf8", &options->utf8 },
		{ "mouse", &options->mouse },
		{ "hostile", &scene->hostile },
		{ "uncounted", &scene->uncounted },
	};

#define IS(key) (n == strlen(key) && !strncmp(argument, key, n))
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		if (IS(flags[i].name))
			*flags[i].to = number_of(value) > 0;
	}
	if (IS("tasks"))
		scene->ntasks = (size_t)number_of(value);
	if (IS("cpus"))
		scene->ncpus = (size_t)number_of(value);
	if (IS("victim"))
		scene->victim = (pid_t)number_of(value);
	if (IS("start"))
		scene->victim_start = (uint64_t)number_of(value);
	if (IS("lacking"))
		scene->lacking = value;
	if (IS("replay"))
		*replay = number_of(value);
	if (IS("iterations"))
		options->iterations = (long)number_of(value);
	if (IS("delay"))
		options->delay_s = number_of(value);
	if (IS("slow"))
		fake.slow_steps = (unsigned)number_of(value);
	if (IS("fail"))
		fake.fail = (int)number_of(value);
	if (IS("crash"))
		crash = value;
#undef IS
}

int main(int argc, char **argv)
{
	struct fake_scene scene = { .ntasks = 40, .ncpus = 2 };
	struct screen_options options = { .delay_s = 1, .color = true };
	struct fake_feed asked = { 0 };
	struct err err = { 0 };
	double replay = 0;
	int r;

	setlocale(LC_CTYPE, "");
	options.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	for (int i = 1; i < argc; i++)
		read_argument(argv[i], &scene, &options, &replay);
	asked = fake;
	fake_feed_init(&fake, &scene, (size_t)replay);
	fake.slow_steps = asked.slow_steps;
	fake.slow_ns = 20000000;
	fake.fail = asked.fail;
	step = fake.feed.step;
	fake.feed.step = crashing_step;
	r = screen_run(&fake.feed, &options, &err);
	if (r < 0)
		fprintf(stderr, "driver: %s\n  try: %s\n", err.what, err.hint);
	fake_feed_done(&fake);
	/* die of what ended it, as whoever waits for us has to know */
	if (r > 0)
		raise(r);
	return r < 0;
}
