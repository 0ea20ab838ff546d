#include "source/perf_open.h"

#include "fake_perf.h"
#include "fixture_events.h"
#include "unit.h"

#include <errno.h>
#include <string.h>

struct world {
	struct fake_perf fake;
	struct perf_kernel kernel;
	struct event *event;
	struct perf_opening how;
	struct perf_opened opened;
	struct err err;
};

static void world_init(struct world *w)
{
	*w = (struct world){ 0 };
	fake_perf_init(&w->fake);
	w->event = fixture_hardware("cycles", 0, -1);
	w->how = (struct perf_opening){ .event = w->event,
					.pid = 17,
					.cpu = -1,
					.group_fd = -1,
					.cgroup_fd = -1,
					.inherit = true,
					.disabled = true,
					.group_read = true };
}

static int world_open(struct world *w)
{
	return perf_open_gently(&w->fake.sys, &w->kernel, &w->how, &w->opened,
				&w->err);
}

static const struct perf_event_attr *last_attr(const struct world *w)
{
	return &w->fake.events[w->fake.nevents - 1].attr;
}

static void what_was_asked_for_reaches_the_kernel(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.event->code.config = 0x1c0;
	w.event->code.config1 = 7;
	w.event->exclude = EVENT_EXCLUDE_USER | EVENT_EXCLUDE_GUEST;
	w.event->pinned = true;
	w.how.enable_on_exec = true;
	assert_true(world_open(&w) >= 0);
	assert_int_equal(w.fake.opens, 1);
	assert_int_equal(last_attr(&w)->config, 0x1c0);
	assert_int_equal(last_attr(&w)->config1, 7);
	assert_int_equal(last_attr(&w)->exclude_user, 1);
	assert_int_equal(last_attr(&w)->exclude_kernel, 0);
	assert_int_equal(last_attr(&w)->exclude_guest, 1);
	assert_int_equal(last_attr(&w)->pinned, 1);
	assert_int_equal(last_attr(&w)->inherit, 1);
	assert_int_equal(last_attr(&w)->enable_on_exec, 1);
	assert_int_equal(last_attr(&w)->size, sizeof(struct perf_event_attr));
	assert_int_equal(w.fake.events[0].flags, PERF_FLAG_FD_CLOEXEC);
	assert_true(w.opened.group_read);
	assert_false(w.opened.user_only);
	event_free(w.event);
}

static void threads_inherit_and_other_processes_do_not(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.how.threads_only = true;
	assert_true(world_open(&w) >= 0);
	assert_int_equal(last_attr(&w)->inherit, 1);
	assert_int_equal(last_attr(&w)->inherit_thread, 1);
	assert_true(w.opened.inherit);
	event_free(w.event);
}

static void where_only_threads_cannot_inherit_nobody_does(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.how.threads_only = true;
	w.fake.no_inherit_thread = true;
	assert_true(world_open(&w) >= 0);
	assert_int_equal(last_attr(&w)->inherit, 0);
	assert_false(w.opened.inherit);
	assert_int_equal(w.fake.opens, 2);
	/* learnt: the next counter is not refused first */
	assert_true(world_open(&w) >= 0);
	assert_int_equal(w.fake.opens, 3);
	event_free(w.event);
}

static void who_may_not_see_the_kernel_counts_user_mode(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.fake.paranoid = 2;
	assert_true(world_open(&w) >= 0);
	assert_true(w.opened.user_only);
	assert_int_equal(last_attr(&w)->exclude_kernel, 1);
	assert_int_equal(last_attr(&w)->exclude_hv, 1);
	event_free(w.event);
}

static void an_explicit_level_is_never_changed(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.fake.paranoid = 2;
	w.event->has_level = true;
	w.event->exclude = EVENT_EXCLUDE_USER;
	assert_int_equal(world_open(&w), -EACCES);
	assert_int_equal(w.fake.opens, 1);
	assert_non_null(strstr(w.err.what, "cycles"));
	event_free(w.event);
}

static void pmus_without_levels_get_no_exclude_bits(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.event->no_exclude = true;
	w.event->exclude = EVENT_EXCLUDE_GUEST;
	assert_true(world_open(&w) >= 0);
	assert_int_equal(last_attr(&w)->exclude_guest, 0);
	w.fake.paranoid = 2;
	assert_int_equal(world_open(&w), -EACCES);
	event_free(w.event);
}

/* Counted in user mode alone these would say 0, and it would be wrong. */
static void what_happens_in_the_kernel_does_not_retreat(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t config;
		int result;
	} rows[] = {
		{ PERF_TYPE_TRACEPOINT, 300, -EACCES },
		{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CONTEXT_SWITCHES, -EACCES },
		{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_MIGRATIONS, -EACCES },
		{ PERF_TYPE_SOFTWARE, 11, -EACCES },
		{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_PAGE_FAULTS, 0 },
		{ PERF_TYPE_SOFTWARE, PERF_COUNT_SW_TASK_CLOCK, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world w;
		int r;

		world_init(&w);
		w.fake.paranoid = 2;
		w.event->code.type = rows[i].type;
		w.event->code.config = rows[i].config;
		r = world_open(&w);
		assert_int_equal(r < 0 ? r : 0, rows[i].result);
		event_free(w.event);
	}
}

static void old_kernels_teach_once(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.fake.no_guest = true;
	w.fake.no_group_inherit = true;
	w.event->exclude = EVENT_EXCLUDE_GUEST;
	assert_true(world_open(&w) >= 0);
	assert_int_equal(w.fake.opens, 3);
	assert_false(w.opened.group_read);
	assert_true(w.kernel.no_exclude_guest);
	assert_true(w.kernel.no_group_inherit);
	assert_true(world_open(&w) >= 0);
	assert_int_equal(w.fake.opens, 4);
	event_free(w.event);
}

static void a_smaller_attr_is_tried(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.fake.attr_size = PERF_ATTR_SIZE_VER1;
	assert_true(world_open(&w) >= 0);
	assert_int_equal(last_attr(&w)->size, PERF_ATTR_SIZE_VER1);
	event_free(w.event);
}

/* A group whose reading would be too large: the kernel leaves the size. */
static void too_big_for_another_reason_ends(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.fake.attr_size = PERF_ATTR_SIZE_VER1;
	assert_true(world_open(&w) >= 0);
	w.fake.opens = 0;
	w.fake.always_code = -E2BIG;
	assert_int_equal(world_open(&w), -E2BIG);
	assert_true(w.fake.opens <= 2);
	event_free(w.event);
}

static void a_failed_retreat_teaches_nothing(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.event->exclude = EVENT_EXCLUDE_GUEST;
	w.fake.counters = 1;
	w.fake.held = 0;
	assert_true(world_open(&w) >= 0);
	w.how.group_fd = FAKE_PERF_FD;
	assert_int_equal(world_open(&w), -EINVAL);
	assert_false(w.kernel.no_exclude_guest);
	assert_false(w.kernel.no_group_inherit);
	event_free(w.event);
}

static void every_errno_ends_with_a_reason(void **state)
{
	static const int codes[] = { EPERM,  ENOENT,     ESRCH,  E2BIG,
				     EAGAIN, ENOMEM,     EACCES, EBUSY,
				     ENODEV, EINVAL,     ENFILE, EMFILE,
				     ENOSPC, EOPNOTSUPP, ENOSYS, EINTR };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct world w;
		int r;

		world_init(&w);
		w.fake.fail_open = 1;
		w.fake.fail_code = -codes[i];
		r = world_open(&w);
		/* either it found another way, or it says what failed */
		assert_true(r >= 0 ||
			    (r == -codes[i] && w.err.code == r && *w.err.what));
		assert_true(w.fake.opens <= 4);
		assert_true(perf_open_state(-codes[i]) != READING_OK);
		event_free(w.event);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_asked_for_reaches_the_kernel),
		cmocka_unit_test(threads_inherit_and_other_processes_do_not),
		cmocka_unit_test(where_only_threads_cannot_inherit_nobody_does),
		cmocka_unit_test(who_may_not_see_the_kernel_counts_user_mode),
		cmocka_unit_test(an_explicit_level_is_never_changed),
		cmocka_unit_test(pmus_without_levels_get_no_exclude_bits),
		cmocka_unit_test(what_happens_in_the_kernel_does_not_retreat),
		cmocka_unit_test(old_kernels_teach_once),
		cmocka_unit_test(a_smaller_attr_is_tried),
		cmocka_unit_test(too_big_for_another_reason_ends),
		cmocka_unit_test(a_failed_retreat_teaches_nothing),
		cmocka_unit_test(every_errno_ends_with_a_reason),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
