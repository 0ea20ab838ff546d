/* Rows of hand-made ticks: what stands in them, and in which order. */
#include "analyze/tasks/tasks.h"

#include "ticks.h"
#include "unit.h"

#include "base/auto.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static int set_up(void **state)
{
	static struct ticks t;

	ticks_init(&t, "pid,user,cpu,ipc,branch_mpki,cache_mpki,command");
	*state = &t;
	return 0;
}

static int tear_down(void **state)
{
	ticks_done(*state);
	return 0;
}

/* Pids of the rows, as text. */
static const char *order(const struct rows *rows)
{
	static char text[400];
	size_t at = 0;

	text[0] = '\0';
	for (size_t i = 0; i < rows->n; i++)
		at += (size_t)snprintf(
			text + at, sizeof(text) - at, "%s%d", i ? " " : "",
			(int)(rows->items[i].tid ? rows->items[i].tid
						 : rows->items[i].pid));
	return text;
}

/* Not a macro of every cmocka. */
#define assert_near(a, b, within) assert_true(fabs((a) - (b)) <= (within))

static void assert_number(const struct cell *c, double number)
{
	assert_int_equal(c->kind, CELL_NUMBER);
	assert_near(c->number, number, 1e-6 * (1.0 + fabs(number)));
}

static void cells_are_computed_from_the_interval(void **state)
{
	struct ticks *t = *state;
	const struct row *row;

	ticks_count(t, ticks_task(t, 10, 0, 0, "fast", 500), 1e9, 2e9, 2e8,
		    1e7);
	ticks_feed(t);
	row = ticks_row(ticks_rows(t, NULL), 10, 0);
	assert_number(ticks_cell(t, row, "pid"), 10);
	assert_number(ticks_cell(t, row, "cpu"), 50.0);
	assert_number(ticks_cell(t, row, "ipc"), 2.0);
	assert_number(ticks_cell(t, row, "branch_mpki"), 5.0);
	assert_string_equal(ticks_cell(t, row, "command")->text, "fast");
	assert_string_equal(ticks_cell(t, row, "user")->text, "root");
	/* 5 of 1000 is the threshold's side; 2 per cycle is not */
	assert_false(ticks_cell(t, row, "ipc")->notable);
}

static void what_is_beyond_its_threshold_is_notable(void **state)
{
	struct ticks *t = *state;
	const struct rows *rows;

	ticks_count(t, ticks_task(t, 10, 0, 0, "slow", 500), 1e9, 5e8, 1e8,
		    1e5);
	ticks_count(t, ticks_task(t, 11, 0, 0, "fast", 400), 1e9, 2e9, 1e8,
		    1e5);
	ticks_feed(t);
	rows = ticks_rows(t, NULL);
	assert_true(ticks_cell(t, ticks_row(rows, 10, 0), "ipc")->notable);
	assert_false(ticks_cell(t, ticks_row(rows, 11, 0), "ipc")->notable);
}

static void what_is_not_counted_has_its_reason_and_no_number(void **state)
{
	struct ticks *t = *state;
	static const struct {
		enum task_uncounted why;
		const char *word;
	} all[] = {
		{ TASK_IDLE, "idle" },     { TASK_NEW, "new" },
		{ TASK_DENIED, "denied" }, { TASK_LIMIT, "limit" },
		{ TASK_GONE, "gone" },     { TASK_NOTHING, "nothing" },
	};
	const struct rows *rows;

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ticks_task(t, 10 + (pid_t)i, 0, 0, "x", 100)->uncounted =
			all[i].why;
	ticks_feed(t);
	rows = ticks_rows(t, NULL);
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct cell *c =
			ticks_cell(t, ticks_row(rows, 10 + (pid_t)i, 0), "ipc");

		assert_int_equal(c->kind, CELL_ABSENT);
		assert_string_equal(c->word, all[i].word);
		assert_string_equal(c->text,
				    task_uncounted_meaning(all[i].why));
	}
	/* /proc tells its own */
	assert_number(ticks_cell(t, ticks_row(rows, 12, 0), "cpu"), 10.0);
}

static void a_metric_without_its_event_lacks_in_every_row(void **state)
{
	struct ticks *t = *state;
	const struct column *c = columns_find(&t->columns, "cache_mpki");
	const struct cell *cell;

	ticks_count(t, ticks_task(t, 10, 0, 0, "x", 500), 1e9, 2e9, 1e8, 1e6);
	ticks_feed(t);
	cell = ticks_cell(t, ticks_row(ticks_rows(t, NULL), 10, 0),
			  "cache_mpki");
	assert_non_null(c->lacking);
	assert_int_equal(cell->kind, CELL_ABSENT);
	assert_string_equal(cell->word, "unsupported");
	assert_non_null(strstr(tasks_head(t->tasks)->lacking, "cache_mpki: "));
}

static void a_counter_that_never_moves_is_dead_and_not_zero(void **state)
{
	struct ticks *t = *state;
	const struct cell *c;

	ticks_count(t, ticks_task(t, 10, 0, 0, "x", 500), 1e9, 0, 0, 0);
	ticks_feed(t);
	c = ticks_cell(t, ticks_row(ticks_rows(t, NULL), 10, 0), "ipc");
	assert_int_equal(c->kind, CELL_ABSENT);
	assert_string_equal(c->word, "dead");
	assert_non_null(
		strstr(tasks_head(t->tasks)->lacking, "ipc, branch_mpki: "));
}

static void what_breaks_a_rule_is_doubted(void **state)
{
	struct ticks *t = *state;
	const struct rows *rows;

	ticks_columns(t, "pid,ipc,branch_mpki,branch_miss_rate,instructions");
	ticks_count(t, ticks_task(t, 10, 0, 0, "x", 500), 1e9, 1e9, 1e8, 2e8);
	ticks_count(t, ticks_task(t, 11, 0, 0, "y", 500), 1e9, 1e9, 1e8, 1e7);
	ticks_count(t, ticks_task(t, 12, 0, 0, "z", 500), 1e9, 3e10, 1e8, 1e7);
	ticks_feed(t);
	rows = ticks_rows(t, NULL);
	assert_string_equal(
		ticks_cell(t, ticks_row(rows, 10, 0), "branch_miss_rate")
			->doubt,
		"more misses than branches");
	assert_string_equal(
		ticks_cell(t, ticks_row(rows, 10, 0), "branch_mpki")->doubt,
		"more misses than branches");
	assert_null(ticks_cell(t, ticks_row(rows, 10, 0), "ipc")->doubt);
	assert_null(ticks_cell(t, ticks_row(rows, 11, 0), "branch_miss_rate")
			    ->doubt);
	assert_non_null(ticks_cell(t, ticks_row(rows, 12, 0), "ipc")->doubt);
}

static void rows_are_sorted_and_absent_cells_are_last_either_way(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .sort = "ipc" };

	ticks_count(t, ticks_task(t, 10, 0, 0, "b", 100), 1e9, 2e9, 1e8, 1e6);
	ticks_task(t, 11, 0, 0, "d", 900)->uncounted = TASK_DENIED;
	ticks_count(t, ticks_task(t, 12, 0, 0, "a", 300), 1e9, 5e8, 1e8, 1e6);
	ticks_count(t, ticks_task(t, 13, 0, 0, "c", 200), 1e9, 1e9, 1e8, 1e6);
	ticks_feed(t);
	/* by the screen's, cpu */
	assert_string_equal(order(ticks_rows(t, NULL)), "11 12 13 10");
	/* the lowest first: more is better */
	assert_string_equal(order(ticks_rows(t, &o)), "12 13 10 11");
	o.reverse = true;
	assert_string_equal(order(ticks_rows(t, &o)), "10 13 12 11");
	o = (struct rows_options){ .sort = "command" };
	assert_string_equal(order(ticks_rows(t, &o)), "12 10 13 11");
	o = (struct rows_options){ .sort = "pid", .reverse = true };
	assert_string_equal(order(ticks_rows(t, &o)), "13 12 11 10");
	/* one that is not shown */
	o = (struct rows_options){ .sort = "rss" };
	assert_int_equal(ticks_rows(t, &o)->n, 4);
}

static void a_wrong_sort_or_filter_is_told(void **state)
{
	struct ticks *t = *state;
	const struct rows *rows;
	struct err err = { 0 };

	ticks_task(t, 10, 0, 0, "x", 100);
	ticks_feed(t);
	assert_int_equal(tasks_rows(t->tasks,
				    &(struct rows_options){ .sort = "ipcc" },
				    &rows, &err),
			 -EINVAL);
	assert_non_null(strstr(err.what, "did you mean 'ipc'"));
	assert_int_equal(tasks_rows(t->tasks,
				    &(struct rows_options){ .filter = "(" },
				    &rows, &err),
			 -EINVAL);
	assert_non_null(strstr(err.what, "filter '('"));
}

static void filters_choose_by_command_and_user(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .filter = "^ma.n$" };

	ticks_task(t, 10, 0, 0, "main", 300);
	ticks_task(t, 11, 0, 54321, "other", 200);
	ticks_task(t, 12, 0, 0, "kworker", 100)->kernel = true;
	ticks_task(t, 13, 0, 0, "sleeper", 0);
	ticks_feed(t);
	assert_string_equal(order(ticks_rows(t, &o)), "10");
	o.filter = "5432|oth";
	assert_string_equal(order(ticks_rows(t, &o)), "11");
	o = (struct rows_options){ .search_user = "54321" };
	assert_string_equal(order(ticks_rows(t, &o)), "11");
	o = (struct rows_options){ .search_user = "root" };
	assert_string_equal(order(ticks_rows(t, &o)), "10 12 13");
	o = (struct rows_options){ .hide_kernel = true };
	assert_string_equal(order(ticks_rows(t, &o)), "10 11 13");
	o = (struct rows_options){ .hide_idle = true };
	assert_string_equal(order(ticks_rows(t, &o)), "10 11 12");
}

static void threads_are_rows_of_their_own(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .by = ROWS_THREAD };

	t->tick.has_threads = true;
	ticks_count(t, ticks_task(t, 10, 0, 0, "x", 500), 3e9, 3e9, 1e8, 1e6);
	ticks_count(t, ticks_task(t, 10, 10, 0, "x", 200), 1e9, 2e9, 1e8, 1e6);
	ticks_count(t, ticks_task(t, 10, 11, 0, "x", 300), 2e9, 1e9, 1e8, 1e6);
	ticks_feed(t);
	assert_string_equal(order(ticks_rows(t, NULL)), "10");
	assert_string_equal(order(ticks_rows(t, &o)), "11 10");
	assert_number(
		ticks_cell(t, ticks_row(ticks_rows(t, &o), 10, 11), "ipc"),
		0.5);
}

static void limits_leave_out_rows_and_cells(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .first = 1, .limit = 3 };
	const struct rows *rows;
	uint64_t last;

	for (int i = 0; i < 5; i++)
		ticks_task(t, 10 + i, 0, 0, "x", 500 - 100 * i);
	ticks_feed(t);
	last = ticks_rows(t, NULL)->items[4].id;
	rows = ticks_rows(t, &o);
	assert_string_equal(order(rows), "10 11 12");
	assert_int_equal(rows->all, 5);
	assert_null(rows->items[0].cells);
	assert_non_null(rows->items[1].cells);
	assert_int_equal(tasks_position(t->tasks, last), 4);
	assert_int_equal(tasks_position(t->tasks, 12345), SIZE_MAX);
}

static void what_ended_is_kept_as_long_as_asked(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .keep_dead_s = 2.0 };
	const struct row *row;

	ticks_count(t, ticks_task(t, 10, 0, 0, "gone", 500), 1e9, 2e9, 1e8,
		    1e6);
	t->tick.tasks[0].state = 'X';
	ticks_feed(t);
	/* in its own tick always: its last counts are there */
	row = ticks_row(ticks_rows(t, NULL), 10, 0);
	assert_true(row->dead);
	for (int i = 1; i <= 3; i++) {
		ticks_task(t, 11, 0, 0, "stays", 10);
		ticks_feed(t);
		assert_string_equal(order(ticks_rows(t, NULL)), "11");
		assert_string_equal(order(ticks_rows(t, &o)),
				    i <= 2 ? "10 11" : "11");
		if (i > 2)
			continue;
		row = ticks_row(ticks_rows(t, &o), 10, 0);
		assert_true(row->dead);
		assert_number(ticks_cell(t, row, "ipc"), 2.0);
		assert_string_equal(ticks_cell(t, row, "command")->text,
				    "gone");
	}
}

static void a_number_that_is_used_again_is_another_task(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .keep_dead_s = 5.0 };
	const struct rows *rows;
	uint64_t first;

	ticks_task(t, 10, 0, 0, "old", 500)->state = 'X';
	ticks_feed(t);
	first = ticks_rows(t, NULL)->items[0].id;
	ticks_task(t, 10, 0, 0, "new", 100)->start_ticks = 7777;
	ticks_feed(t);
	rows = ticks_rows(t, &o);
	assert_int_equal(rows->n, 2);
	assert_true(rows->items[0].dead);
	assert_true(rows->items[0].id == first);
	assert_false(rows->items[1].dead);
	assert_true(rows->items[1].id != first);
	assert_int_equal(rows->items[1].start_ticks, 7777);
}

static void users_are_the_sum_of_their_processes(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .by = ROWS_USER };
	const struct rows *rows;

	ticks_columns(t, "user,tasks,cpu,ipc,pid,instructions");
	ticks_count(t, ticks_task(t, 10, 0, 0, "a", 100), 1e9, 3e9, 1e8, 1e6);
	ticks_count(t, ticks_task(t, 11, 0, 7, "b", 300), 1e9, 5e8, 1e8, 1e6);
	ticks_count(t, ticks_task(t, 12, 0, 0, "c", 50), 3e9, 1e9, 1e8, 1e6);
	ticks_task(t, 13, 0, 0, "idle", 0);
	ticks_feed(t);
	rows = ticks_rows(t, &o);
	assert_int_equal(rows->n, 2);
	assert_int_equal(rows->items[0].uid, 7);
	assert_string_equal(rows->items[1].name, "root");
	assert_int_equal(rows->items[1].ntasks, 3);
	assert_number(ticks_cell(t, &rows->items[1], "tasks"), 3);
	assert_number(ticks_cell(t, &rows->items[1], "cpu"), 15.0);
	assert_number(ticks_cell(t, &rows->items[1], "ipc"), 1.0);
	assert_number(ticks_cell(t, &rows->items[1], "instructions"), 4e9);
	/* an idle one lacks nothing */
	assert_false(ticks_cell(t, &rows->items[1], "ipc")->partial);
	assert_int_equal(ticks_cell(t, &rows->items[1], "pid")->kind,
			 CELL_ABSENT);
}

static void a_sum_without_some_of_its_counts_is_partial(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .by = ROWS_CGROUP };
	const struct rows *rows;

	ticks_count(t, ticks_task(t, 10, 0, 0, "a", 100), 1e9, 3e9, 1e8, 1e6);
	ticks_task(t, 11, 0, 7, "b", 300)->uncounted = TASK_LIMIT;
	ticks_task(t, 12, 0, 7, "c", 300)->cgroup = "/b";
	ticks_feed(t);
	rows = ticks_rows(t, &o);
	assert_int_equal(rows->n, 2);
	assert_string_equal(rows->items[0].name, "/a");
	assert_true(ticks_cell(t, &rows->items[0], "ipc")->partial);
	assert_string_equal(rows->items[1].name, "/b");
	assert_int_equal(ticks_cell(t, &rows->items[1], "ipc")->kind,
			 CELL_ABSENT);
}

static void trees_have_children_below_their_parents(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .tree = true };
	const struct rows *rows;
	uint64_t folded;

	ticks_task(t, 1, 0, 0, "init", 1)->ppid = 0;
	ticks_task(t, 10, 0, 0, "shell", 10)->ppid = 1;
	ticks_task(t, 11, 0, 0, "job", 900)->ppid = 10;
	ticks_task(t, 12, 0, 0, "job", 20)->ppid = 10;
	ticks_task(t, 13, 0, 0, "daemon", 50)->ppid = 1;
	ticks_task(t, 14, 0, 0, "orphan", 5)->ppid = 4242;
	ticks_feed(t);
	rows = ticks_rows(t, &o);
	assert_string_equal(order(rows), "14 1 13 10 11 12");
	assert_int_equal(ticks_row(rows, 12, 0)->depth, 2);
	assert_true(ticks_row(rows, 12, 0)->last_child);
	assert_false(ticks_row(rows, 11, 0)->last_child);
	folded = ticks_row(rows, 10, 0)->id;
	o.folded = &folded;
	o.nfolded = 1;
	rows = ticks_rows(t, &o);
	assert_string_equal(order(rows), "14 1 13 10");
	assert_true(ticks_row(rows, 10, 0)->hidden_children);
	/* the nearest ancestor that is there */
	o = (struct rows_options){ .tree = true, .filter = "init|job" };
	rows = ticks_rows(t, &o);
	assert_string_equal(order(rows), "1 11 12");
	assert_int_equal(ticks_row(rows, 11, 0)->depth, 1);
}

static void a_circle_of_parents_is_cut(void **state)
{
	struct ticks *t = *state;
	struct rows_options o = { .tree = true };

	ticks_task(t, 10, 0, 0, "a", 30)->ppid = 12;
	ticks_task(t, 11, 0, 0, "b", 20)->ppid = 10;
	ticks_task(t, 12, 0, 0, "c", 10)->ppid = 11;
	ticks_task(t, 13, 0, 0, "self", 10)->ppid = 13;
	ticks_feed(t);
	assert_int_equal(ticks_rows(t, &o)->n, 4);
}

static void heads_tell_how_much_was_counted(void **state)
{
	struct ticks *t = *state;
	const struct tasks_head *h;

	ticks_count(t, ticks_task(t, 10, 0, 0, "a", 300), 1e9, 2e9, 1e8, 1e6);
	ticks_task(t, 11, 0, 7, "b", 100)->uncounted = TASK_DENIED;
	ticks_feed(t);
	h = tasks_head(t->tasks);
	assert_near(h->counted, 0.75, 1e-9);
	assert_near(h->running_share, 1.0, 1e-9);
	/* no CPU is counted: of the tasks */
	assert_number(&h->ipc, 2.0);
	assert_true(h->ipc.partial);
	assert_number(&h->instructions, 2e9);
	assert_non_null(strstr(h->lacking, "1 process: somebody else's"));
}

static void details_have_the_past_and_a_verdict(void **state)
{
	struct ticks *t = *state;
	const struct tasks_detail *d;
	struct err err = { 0 };
	uint64_t id = 0;

	for (int i = 0; i < 4; i++) {
		if (i != 2)
			ticks_count(t, ticks_task(t, 10, 0, 0, "x", 980), 2e9,
				    (1 + i) * 1e9, 1e8, 1e4);
		else
			ticks_task(t, 10, 0, 0, "x", 0);
		ticks_feed(t);
		id = ticks_rows(t, NULL)->items[0].id;
	}
	assert_int_equal(tasks_detail(t->tasks, id, &d, &err), 0);
	assert_string_equal(d->series[0].key, "cpu");
	assert_string_equal(d->series[1].key, "ipc");
	assert_int_equal(d->series[1].n, 4);
	assert_near((double)d->series[0].points[2], 0.0, 1e-6);
	assert_near((double)d->series[1].points[0], 0.5, 1e-6);
	assert_near((double)d->series[1].points[1], 1.0, 1e-6);
	assert_true(isnan(d->series[1].points[2]));
	assert_near((double)d->series[1].points[3], 2.0, 1e-6);
	assert_string_equal(d->series[1].trust, "counted all the time");
	assert_string_equal(d->no_threads, "threads are not told apart now");
	assert_true(d->verdict.present);
	assert_near(d->verdict_s, 4.0, 1e-6);
	assert_int_equal(tasks_detail(t->tasks, 99, &d, &err), -ESRCH);
}

static void who_sleeps_is_blocked_and_who_runs_is_not(void **state)
{
	struct ticks *t = *state;
	const struct rows *rows;

	ticks_columns(t, "pid,cpu,verdict");
	for (int i = 0; i < 12; i++) {
		ticks_count(t, ticks_task(t, 10, 0, 0, "x", 990), 2e9, 5e9, 1e8,
			    1e4);
		ticks_task(t, 11, 0, 0, "y", 100)->uncounted = TASK_DENIED;
		ticks_feed(t);
	}
	rows = ticks_rows(t, NULL);
	assert_string_equal(
		ticks_cell(t, ticks_row(rows, 11, 0), "verdict")->text,
		"blocked");
	assert_string_not_equal(
		ticks_cell(t, ticks_row(rows, 10, 0), "verdict")->text,
		"blocked");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(cells_are_computed_from_the_interval),
		TEST(what_is_beyond_its_threshold_is_notable),
		TEST(what_is_not_counted_has_its_reason_and_no_number),
		TEST(a_metric_without_its_event_lacks_in_every_row),
		TEST(a_counter_that_never_moves_is_dead_and_not_zero),
		TEST(what_breaks_a_rule_is_doubted),
		TEST(rows_are_sorted_and_absent_cells_are_last_either_way),
		TEST(a_wrong_sort_or_filter_is_told),
		TEST(filters_choose_by_command_and_user),
		TEST(threads_are_rows_of_their_own),
		TEST(limits_leave_out_rows_and_cells),
		TEST(what_ended_is_kept_as_long_as_asked),
		TEST(a_number_that_is_used_again_is_another_task),
		TEST(users_are_the_sum_of_their_processes),
		TEST(a_sum_without_some_of_its_counts_is_partial),
		TEST(trees_have_children_below_their_parents),
		TEST(a_circle_of_parents_is_cut),
		TEST(heads_tell_how_much_was_counted),
		TEST(details_have_the_past_and_a_verdict),
		TEST(who_sleeps_is_blocked_and_who_runs_is_not),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
