/* Tasks that live shortly or hardly run: what is known of them, and what not. */
#include "analyze/tasks/tasks.h"

#include "ticks.h"
#include "unit.h"

#include "base/xalloc.h"

#include <math.h>
#include <string.h>

static int set_up(void **state)
{
	static struct ticks t;

	ticks_init(&t, "pid,state,cpu,wait,faults,ipc,verdict,command");
	*state = &t;
	return 0;
}

static int tear_down(void **state)
{
	ticks_done(*state);
	return 0;
}

static const char *verdict(struct ticks *t, pid_t pid)
{
	const struct row *row = ticks_row(ticks_rows(t, NULL), pid, 0);
	const struct cell *c = ticks_cell(t, row, "verdict");

	return c->kind == CELL_TEXT ? c->text : c->word;
}

static void set_used(struct ticks *t, double ms)
{
	t->tick.cpus = xcalloc(1, sizeof(*t->tick.cpus));
	t->tick.ncpus = 1;
	t->tick.cpus[0] =
		(struct tick_cpu){ .user_ns = (uint64_t)(ms * 1e6),
				   .idle_ns = (uint64_t)((1000 - ms) * 1e6),
				   .irq_ns = 1000000,
				   .slot = TASK_NOT_COUNTED };
}

static void heads_tell_what_no_row_accounts_for(void **state)
{
	struct ticks *t = *state;

	set_used(t, 800);
	ticks_task(t, 10, 0, 0, "seen", 200);
	/* its threads are no more than it */
	ticks_task(t, 10, 10, 0, "seen", 200);
	ticks_feed(t);
	assert_true(fabs(tasks_head(t->tasks)->unseen - 0.75) < 1e-9);
	/* clocks are not read at the same instant */
	set_used(t, 800);
	ticks_task(t, 10, 0, 0, "seen", 810);
	ticks_feed(t);
	assert_true(fabs(tasks_head(t->tasks)->unseen) < 1e-9);
}

static void of_some_tasks_or_an_idle_machine_it_is_not_told(void **state)
{
	struct ticks *t = *state;

	set_used(t, 800);
	ticks_task(t, 10, 0, 0, "asked for", 200);
	t->tick.some = true;
	ticks_feed(t);
	assert_true(tasks_head(t->tasks)->unseen < 0.0);
	t->tick.some = false;
	set_used(t, 30);
	ticks_task(t, 10, 0, 0, "hardly any", 1);
	ticks_feed(t);
	assert_true(tasks_head(t->tasks)->unseen < 0.0);
}

static void what_nobody_asked_before_it_ended_is_no_zero(void **state)
{
	struct ticks *t = *state;
	const struct row *row;

	ticks_task(t, 10, 0, 0, "lost", 0)->state = 'X';
	ticks_count(t, ticks_task(t, 11, 0, 0, "counted", 300), 1e9, 2e9, 1e8,
		    1e6);
	t->tick.tasks[1].state = 'X';
	ticks_task(t, 12, 0, 0, "sleeps", 0);
	ticks_feed(t);
	row = ticks_row(ticks_rows(t, NULL), 10, 0);
	assert_string_equal(ticks_cell(t, row, "cpu")->word, "gone");
	assert_string_equal(ticks_cell(t, row, "wait")->word, "gone");
	assert_string_equal(ticks_cell(t, row, "faults")->word, "gone");
	assert_string_equal(ticks_cell(t, row, "verdict")->word, "gone");
	row = ticks_row(ticks_rows(t, NULL), 11, 0);
	assert_true(fabs(ticks_cell(t, row, "cpu")->number - 30.0) < 1e-9);
	assert_string_equal(ticks_cell(t, row, "faults")->word, "gone");
	row = ticks_row(ticks_rows(t, NULL), 12, 0);
	assert_int_equal(ticks_cell(t, row, "cpu")->kind, CELL_NUMBER);
}

static void who_hardly_runs_is_idle_and_not_blocked(void **state)
{
	struct ticks *t = *state;
	const struct tasks_detail *d;
	struct err err = { 0 };

	for (int i = 0; i < 12; i++) {
		struct task *starved;

		ticks_task(t, 10, 0, 0, "sleeps", 0);
		ticks_task(t, 11, 0, 0, "daemon", 5);
		ticks_task(t, 12, 0, 0, "waits", 100);
		starved = ticks_task(t, 13, 0, 0, "starved", 5);
		starved->has_wait = true;
		starved->wait_ns = 900000000;
		ticks_task(t, 14, 0, 0, "hangs", 0)->state = 'D';
		ticks_feed(t);
	}
	assert_string_equal(verdict(t, 10), "idle");
	assert_string_equal(verdict(t, 11), "idle");
	assert_string_equal(verdict(t, 12), "blocked");
	assert_string_equal(verdict(t, 13), "no free CPU");
	assert_string_equal(verdict(t, 14), "blocked");
	assert_int_equal(tasks_detail(t->tasks,
				      ticks_row(ticks_rows(t, NULL), 10, 0)->id,
				      &d, &err),
			 0);
	assert_false(d->verdict.present);
	assert_non_null(strstr(d->no_verdict, "hardly ran"));
}

/* Ran for 330 ms of the 340 that it is old, in a tick of a second. */
static struct task *young(struct ticks *t)
{
	struct task *task = ticks_task(t, 10, 0, 0, "cc1", 330);

	ticks_count(t, task, 1e9, 25e8, 1e8, 1e4);
	task->start_ticks = (uint64_t)(t->tick.uptime_s * 100.0) - 34;
	return task;
}

static void the_young_are_judged_over_their_life(void **state)
{
	struct ticks *t = *state;
	const struct tasks_detail *d;
	struct err err = { 0 };

	young(t);
	ticks_feed(t);
	assert_string_not_equal(verdict(t, 10), "blocked");
	assert_int_equal(tasks_detail(t->tasks,
				      ticks_rows(t, NULL)->items[0].id, &d,
				      &err),
			 0);
	assert_true(fabs(d->verdict_s - 0.34) < 1e-6);
	/* the same of one that is old did wait */
	ticks_count(t, ticks_task(t, 10, 0, 0, "cc1", 330), 1e9, 25e8, 1e8,
		    1e4);
	ticks_feed(t);
	assert_string_equal(verdict(t, 10), "blocked");
}

/* Whether it slept or had ended long before the look nobody knows. */
static void what_has_ended_is_not_called_blocked(void **state)
{
	struct ticks *t = *state;
	struct task *task = young(t);

	task->start_ticks -= 50;
	task->state = 'X';
	ticks_feed(t);
	assert_string_not_equal(verdict(t, 10), "blocked");
	assert_string_not_equal(verdict(t, 10), "gone");
}

static void what_ended_before_is_judged_up_to_then(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .keep_dead_s = 20.0 };
	const struct row *row;

	for (int i = 0; i < 10; i++) {
		ticks_count(t, ticks_task(t, 10, 0, 0, "x", 950), 2e9, 5e9, 1e8,
			    1e4);
		t->tick.tasks[0].state = i == 9 ? 'X' : 'R';
		ticks_feed(t);
	}
	for (int i = 0; i < 7; i++)
		ticks_feed(t);
	row = ticks_row(ticks_rows(t, &o), 10, 0);
	assert_true(row->dead);
	assert_string_not_equal(ticks_cell(t, row, "verdict")->text, "blocked");
}

static void a_sum_without_some_waits_is_partial(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .by = ROWS_USER };
	const struct rows *rows;
	struct task *task;

	task = ticks_task(t, 10, 0, 1, "known", 100);
	task->has_wait = true;
	task->wait_ns = 50000000;
	/* who did not run had no need to be asked */
	ticks_task(t, 11, 0, 1, "sleeps", 0);
	task = ticks_task(t, 12, 0, 2, "known", 100);
	task->has_wait = true;
	ticks_task(t, 13, 0, 2, "unknown", 100);
	ticks_feed(t);
	rows = ticks_rows(t, &o);
	assert_int_equal(rows->n, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct row *row = &rows->items[i];
		const struct cell *c = ticks_cell(t, row, "wait");

		assert_int_equal(c->kind, CELL_NUMBER);
		assert_int_equal(c->partial, row->uid == 2);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(heads_tell_what_no_row_accounts_for),
		TEST(of_some_tasks_or_an_idle_machine_it_is_not_told),
		TEST(what_nobody_asked_before_it_ended_is_no_zero),
		TEST(who_hardly_runs_is_idle_and_not_blocked),
		TEST(the_young_are_judged_over_their_life),
		TEST(what_has_ended_is_not_called_blocked),
		TEST(what_ended_before_is_judged_up_to_then),
		TEST(a_sum_without_some_waits_is_partial),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
