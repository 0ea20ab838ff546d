/* Signals go to who was seen, after two questions, and to nobody else. */
#include "screen/act.h"

#include "fake_tasks.h"
#include "unit.h"

#include "base/auto.h"
#include "base/parse.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct stage {
	struct fake_feed fake;
	struct view view;
	struct grid grid;
	pid_t child;
};

static void stage_done(struct stage *s)
{
	view_done(&s->view);
	grid_done(&s->grid);
	fake_feed_done(&s->fake);
	if (s->child) {
		kill(s->child, SIGKILL);
		waitpid(s->child, NULL, 0);
	}
}

/* Someone who can be killed. */
static pid_t victim(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		for (;;)
			pause();
	}
	assert_true(pid > 0);
	return pid;
}

static uint64_t start_of(pid_t pid)
{
	char path[64], text[1024], *at;
	uint64_t start = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	at = strrchr(text, ')') + 2;
	for (int field = 3; field < 22; field++)
		at = strchr(at, ' ') + 1;
	at[strcspn(at, " ")] = '\0';
	assert_int_equal(parse_u64(at, &start), 0);
	return start;
}

static void stage_open(struct stage *s, uint64_t start, size_t replay)
{
	struct screen_options options = { .delay_s = 1 };
	struct fake_scene scene = { .ntasks = 5, .ncpus = 1 };

	s->child = victim();
	scene.victim = s->child;
	scene.victim_start = start ? start : start_of(s->child);
	fake_feed_init(&s->fake, &scene, replay);
	view_init(&s->view, &s->fake.feed, &options);
	grid_init(&s->grid, 24, 80, false);
	fake_feed_tick(&s->fake);
	s->view.fed = true;
	view_draw(&s->view, &s->grid);
}

static void type(struct stage *s, const char *keys)
{
	for (; *keys; keys++) {
		const struct input input = { .key = (unsigned char)*keys };

		view_input(&s->view, &input, &s->grid);
		view_draw(&s->view, &s->grid);
	}
}

static bool lives(const struct stage *s)
{
	return waitpid(s->child, NULL, WNOHANG) == 0;
}

static void kill_asks_for_the_signal_and_for_certainty(void **state)
{
	AUTO(stage_done) struct stage s;
	int status;

	(void)state;
	stage_open(&s, 0, 0);
	type(&s, "k");
	assert_int_equal(s.view.menu.kind, MENU_SIGNAL);
	type(&s, "\r");
	assert_int_equal(s.view.prompt.kind, PROMPT_KILL);
	assert_true(lives(&s));
	type(&s, "x"); /* no answer */
	assert_int_equal(s.view.prompt.kind, PROMPT_KILL);
	type(&s, "y");
	assert_string_equal(s.view.message, "sent SIGTERM to 1 process");
	assert_int_equal(waitpid(s.child, &status, 0), s.child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGTERM);
	s.child = 0;
}

static void nothing_but_yes_is_yes(void **state)
{
	static const char *const no[] = { "k\rn", "k\r\r",  "k\r\033", "k\033",
					  "k\rq", "k\033y", "k\rny" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(no); i++) {
		AUTO(stage_done) struct stage s;

		stage_open(&s, 0, 0);
		type(&s, no[i]);
		assert_true(lives(&s));
		assert_int_equal(s.view.nvictims, 0);
	}
}

static void another_signal_can_be_chosen(void **state)
{
	AUTO(stage_done) struct stage s;
	int status;

	(void)state;
	stage_open(&s, 0, 0);
	type(&s, "k9"); /* as it is numbered */
	type(&s, "\ry");
	assert_int_equal(waitpid(s.child, &status, 0), s.child);
	assert_int_equal(WTERMSIG(status), SIGKILL);
	s.child = 0;
}

static void a_number_that_is_used_again_is_spared(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s, 12345678901, 0);
	type(&s, "k\ry");
	assert_true(lives(&s));
	assert_non_null(strstr(s.view.message, "has already ended"));
}

static void who_has_ended_is_said_to_have(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s, 0, 0);
	type(&s, "k\r");
	kill(s.child, SIGKILL);
	waitpid(s.child, NULL, 0);
	s.child = 0;
	type(&s, "y");
	assert_non_null(strstr(s.view.message, "has already ended"));
}

static void tagged_rows_get_it_together_once_each(void **state)
{
	AUTO(stage_done) struct stage s;

	(void)state;
	stage_open(&s, 0, 0);
	type(&s, "   k\r"); /* three of them */
	assert_int_equal(s.view.nvictims, 3);
	assert_string_equal(s.view.prompt.label,
			    "send SIGTERM to 3 processes? y/n ");
	type(&s, "n");
	/* threads of one process are one process */
	type(&s, "U");
	assert_true(lives(&s));
}

static void recordings_and_sums_have_nobody_to_kill(void **state)
{
	AUTO(stage_done) struct stage s;
	AUTO(stage_done) struct stage live;

	(void)state;
	stage_open(&s, 0, 10);
	type(&s, "k");
	assert_int_equal(s.view.menu.kind, MENU_NONE);
	assert_non_null(strstr(s.view.message, "recording"));
	stage_open(&live, 0, 0);
	type(&live, "ok");
	assert_int_equal(live.view.menu.kind, MENU_NONE);
	assert_non_null(strstr(live.view.message, "signals go to processes"));
}

static void the_detail_can_send_too(void **state)
{
	AUTO(stage_done) struct stage s;
	int status;

	(void)state;
	stage_open(&s, 0, 0);
	type(&s, "\rk\ry");
	assert_int_equal(waitpid(s.child, &status, 0), s.child);
	assert_int_equal(WTERMSIG(status), SIGTERM);
	s.child = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kill_asks_for_the_signal_and_for_certainty),
		cmocka_unit_test(nothing_but_yes_is_yes),
		cmocka_unit_test(another_signal_can_be_chosen),
		cmocka_unit_test(a_number_that_is_used_again_is_spared),
		cmocka_unit_test(who_has_ended_is_said_to_have),
		cmocka_unit_test(tagged_rows_get_it_together_once_each),
		cmocka_unit_test(recordings_and_sums_have_nobody_to_kill),
		cmocka_unit_test(the_detail_can_send_too),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
