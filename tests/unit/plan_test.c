#include "metric/plan.h"

#include "fixture_events.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A PMU of @room counters; config 99 cannot count at all. */
struct pmu {
	size_t room;
	int asked;
};

static int fits(void *arg, const struct event *const *events, size_t n,
		struct err *err)
{
	struct pmu *p = arg;
	size_t needed = 0;

	p->asked++;
	for (size_t i = 0; i < n; i++) {
		if (events[i]->code.config == 99)
			return n == 1 ? err_set(err, -ENOENT, "no such event")
				      : 0;
		needed += events[i]->hardware;
	}
	return needed <= p->room;
}

static void release_uses(struct metric_uses *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->items[i].inputs);
	free(u->items);
}

static size_t hardware_groups(const struct plan *p)
{
	size_t n = 0;

	for (size_t g = 0; g < p->ngroups; g++)
		n += p->groups[g].hardware;
	return n;
}

/* What must hold for every plan. */
static void check_plan(const struct plan *p, const struct pmu *pmu)
{
	for (size_t e = 0; e < p->events->n; e++) {
		bool found = false;

		for (size_t c = 0; c < p->ncounters; c++)
			found |= p->counters[c].event == e;
		assert_true(found);
		assert_int_equal(p->counters[p->shown[e]].event, e);
	}
	for (size_t g = 0; g < p->ngroups; g++) {
		size_t first = p->counters[p->groups[g].first].event;
		size_t needed = 0;

		for (size_t i = 0; i < p->groups[g].n; i++) {
			size_t c = p->groups[g].first + i;
			size_t e = p->counters[c].event;

			assert_int_equal(p->counters[c].group, g);
			needed += p->events->items[e]->hardware;
		}
		if (!p->refused[first].code)
			assert_true(needed <= pmu->room);
	}
	for (size_t u = 0; u < p->nuses; u++) {
		const struct plan_use *use = &p->uses[u];
		size_t a = p->counters[use->counters[0]].event;
		size_t b = p->counters[use->counters[1]].event;

		if (use->together && p->events->items[a]->hardware &&
		    p->events->items[b]->hardware)
			assert_int_equal(p->counters[use->counters[0]].group,
					 p->counters[use->counters[1]].group);
	}
}

static void what_fits_is_one_group(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 4 };
	struct plan p;

	(void)state;
	fixture_add(&l, fixture_software("task_clock", 1));
	for (int i = 0; i < 4; i++)
		fixture_add(&l, fixture_hardware("x", (uint64_t)i, -1));
	fixture_use(&u, &fixture_ratio, 2, 1);
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	check_plan(&p, &pmu);
	assert_int_equal(p.ngroups, 2);
	assert_int_equal(pmu.asked, 1);
	assert_true(p.uses[0].together);
	assert_int_equal(plan_competing(&p), 1);
	plan_done(&p);
	release_uses(&u);
	event_list_done(&l);
}

/* cycles(0) is needed by three ratios; the PMU has room for three. */
static void ratios_stay_whole_when_it_has_to_be_split(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 3 };
	struct plan p;

	(void)state;
	for (int i = 0; i < 6; i++)
		fixture_add(&l, fixture_hardware("x", (uint64_t)i, -1));
	fixture_use(&u, &fixture_ratio, 1, 0);
	fixture_use(&u, &fixture_ratio, 3, 2);
	fixture_use(&u, &fixture_ratio, 4, 0);
	fixture_use(&u, &fixture_ratio, 5, 0);
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	check_plan(&p, &pmu);
	for (size_t i = 0; i < p.nuses; i++)
		assert_true(p.uses[i].together);
	assert_true(hardware_groups(&p) >= 2);
	assert_int_equal(plan_competing(&p), hardware_groups(&p));
	plan_done(&p);
	release_uses(&u);
	event_list_done(&l);
}

static void one_counter_cannot_keep_a_ratio_together(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 1 };
	struct plan p;

	(void)state;
	fixture_add(&l, fixture_hardware("a", 0, -1));
	fixture_add(&l, fixture_hardware("b", 1, -1));
	fixture_use(&u, &fixture_ratio, 0, 1);
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	check_plan(&p, &pmu);
	assert_int_equal(p.ngroups, 2);
	assert_false(p.uses[0].together);
	plan_done(&p);
	release_uses(&u);
	event_list_done(&l);
}

static void what_cannot_count_does_not_drag_others_down(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 4 };
	struct plan p;

	(void)state;
	fixture_add(&l, fixture_hardware("a", 0, -1));
	fixture_add(&l, fixture_hardware("never", 99, -1));
	fixture_add(&l, fixture_hardware("b", 1, -1));
	fixture_use(&u, &fixture_ratio, 0, 2);
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	check_plan(&p, &pmu);
	assert_int_equal(p.ngroups, 2);
	assert_true(p.uses[0].together);
	plan_done(&p);
	release_uses(&u);
	event_list_done(&l);
}

static void braces_are_kept_refused_or_taken_apart(void **state)
{
	for (int weak = 0; weak < 2; weak++) {
		struct event_list l = { 0 };
		struct metric_uses u = { 0 };
		struct pmu pmu = { .room = 2 };
		struct plan p;

		(void)state;
		for (int i = 0; i < 3; i++) {
			fixture_add(&l, fixture_hardware("x", (uint64_t)i, 0));
			l.items[i]->group_weak = weak;
		}
		fixture_add(&l, fixture_hardware("y", 5, 1));
		fixture_add(&l, fixture_hardware("z", 6, 1));
		assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
		check_plan(&p, &pmu);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(p.refused[i].code, weak ? 0 : -ENOSPC);
		if (!weak)
			assert_non_null(strstr(p.refused[0].hint, ":W"));
		assert_int_equal(p.refused[3].code, 0);
		assert_int_equal(p.counters[p.shown[3]].group,
				 p.counters[p.shown[4]].group);
		plan_done(&p);
		event_list_done(&l);
	}
}

/* It has a row and a reason, and takes nothing else along, in braces or not. */
static void what_is_denied_stands_alone(void **state)
{
	for (int group = -1; group < 1; group++) {
		struct event_list l = { 0 };
		struct metric_uses u = { 0 };
		struct pmu pmu = { .room = 4 };
		struct event *denied = fixture_software("point", 3);
		struct plan p;

		(void)state;
		denied->denied = strdup("not for you");
		denied->group = group;
		fixture_add(&l, denied);
		fixture_add(&l, fixture_software("faults", 2));
		l.items[1]->group = group;
		assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
		check_plan(&p, &pmu);
		assert_int_equal(p.ngroups, 2);
		assert_int_equal(p.refused[0].code, -EACCES);
		assert_string_equal(p.refused[0].what, "not for you");
		assert_int_equal(p.refused[1].code, 0);
		plan_done(&p);
		event_list_done(&l);
	}
}

/* Many random lists and PMUs: the rules of check_plan always hold. */
static void every_plan_holds_every_event(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct event_list l = { 0 };
		struct metric_uses u = { 0 };
		struct pmu pmu = { .room = 1 + (size_t)(rand_r(&seed) % 6) };
		size_t n = 2 + (size_t)(rand_r(&seed) % 12);
		struct plan p, again;

		for (size_t i = 0; i < n; i++)
			fixture_add(&l, rand_r(&seed) % 4
						? fixture_hardware("h", i, -1)
						: fixture_software("s", i));
		for (size_t i = 0; i < n / 2; i++)
			fixture_use(&u, &fixture_ratio,
				    (size_t)rand_r(&seed) % n,
				    (size_t)rand_r(&seed) % n);
		assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
		check_plan(&p, &pmu);
		assert_int_equal(plan_make(&l, &u, fits, &pmu, &again, NULL),
				 0);
		assert_int_equal(p.ncounters, again.ncounters);
		for (size_t i = 0; i < p.ncounters; i++)
			assert_int_equal(p.counters[i].event,
					 again.counters[i].event);
		plan_done(&again);
		plan_done(&p);
		release_uses(&u);
		event_list_done(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_one_group),
		cmocka_unit_test(ratios_stay_whole_when_it_has_to_be_split),
		cmocka_unit_test(one_counter_cannot_keep_a_ratio_together),
		cmocka_unit_test(what_cannot_count_does_not_drag_others_down),
		cmocka_unit_test(braces_are_kept_refused_or_taken_apart),
		cmocka_unit_test(what_is_denied_stands_alone),
		cmocka_unit_test(every_plan_holds_every_event),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
