#include "metric/plan.h"

#include "base/vec.h"
#include "metric/passes.h"

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

/* ---- parts of slots ---- */

static struct event *topdown(const char *name, uint64_t config, int group,
			     enum event_topdown what)
{
	struct event *e = fixture_hardware(name, config, group);

	e->topdown = what;
	return e;
}

/* As the kernel has it: a part counts only where slots leads. */
static int fits_behind_slots(void *arg, const struct event *const *events,
			     size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		if (events[i]->topdown == EVENT_TOPDOWN_METRIC &&
		    events[0]->topdown != EVENT_TOPDOWN_SLOTS)
			return n == 1 ? err_set(err, -EINVAL, "no leader") : 0;
	return fits(arg, events, n, err);
}

static const char *leader(const struct plan *p, size_t group)
{
	size_t first = p->groups[group].first;

	return p->events->items[p->counters[first].event]->name;
}

static void slots_lead_their_parts_wherever_they_stand(void **state)
{
	static const int groups[] = { -1, 0 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct event_list l = { 0 };
		struct metric_uses u = { 0 };
		struct pmu pmu = { .room = 4 };
		struct plan p;

		fixture_add(&l, topdown("retiring", 1, groups[i],
					EVENT_TOPDOWN_METRIC));
		fixture_add(&l, fixture_hardware("x", 2, groups[i]));
		fixture_add(&l, topdown("slots", 3, groups[i],
					EVENT_TOPDOWN_SLOTS));
		assert_int_equal(
			plan_make(&l, &u, fits_behind_slots, &pmu, &p, NULL),
			0);
		check_plan(&p, &pmu);
		assert_int_equal(p.ngroups, 1);
		assert_string_equal(leader(&p, 0), "slots");
		assert_int_equal(p.refused[0].code, 0);
		plan_done(&p);
		event_list_done(&l);
	}
}

/* In every group that needs them, when there is no room for one. */
static void slots_come_along_into_each_group_of_parts(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 3 };
	struct plan p;

	(void)state;
	fixture_add(&l, topdown("slots", 1, -1, EVENT_TOPDOWN_SLOTS));
	for (int i = 0; i < 4; i++)
		fixture_add(&l, topdown("part", (uint64_t)i + 2, -1,
					EVENT_TOPDOWN_METRIC));
	fixture_use(&u, &fixture_ratio, 1, 2);
	fixture_use(&u, &fixture_ratio, 3, 4);
	assert_int_equal(plan_make(&l, &u, fits_behind_slots, &pmu, &p, NULL),
			 0);
	check_plan(&p, &pmu);
	assert_int_equal(p.ngroups, 2);
	for (size_t g = 0; g < p.ngroups; g++) {
		assert_string_equal(leader(&p, g), "slots");
		assert_false(p.groups[g].hopeless);
	}
	assert_true(p.uses[0].together);
	assert_true(p.uses[1].together);
	plan_done(&p);
	release_uses(&u);
	event_list_done(&l);
}

static void a_part_without_slots_is_refused_with_advice(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 4 };
	struct plan p;

	(void)state;
	fixture_add(&l, topdown("retiring", 1, -1, EVENT_TOPDOWN_METRIC));
	fixture_add(&l, fixture_hardware("x", 2, -1));
	assert_int_equal(plan_make(&l, &u, fits_behind_slots, &pmu, &p, NULL),
			 0);
	check_plan(&p, &pmu);
	assert_int_equal(p.refused[0].code, -EINVAL);
	assert_string_equal(p.refused[0].hint,
			    "count 'slots' too, as in -e '{slots,retiring}'");
	assert_int_equal(p.refused[1].code, 0);
	assert_int_equal(plan_competing(&p), 1);
	plan_done(&p);
	event_list_done(&l);
}

/* The one that needs most is placed first, so that the others find room. */
static void the_largest_need_is_placed_first(void **state)
{
	static const char *names[] = { "a", "b", "c" };
	static const struct metric large = { .name = "large",
					     .inputs = names,
					     .ninputs = 3 };
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 3 };
	struct metric_use three = { .metric = &large, .event = SIZE_MAX };
	struct plan p;

	(void)state;
	for (int i = 0; i < 4; i++)
		fixture_add(&l, fixture_hardware("x", (uint64_t)i, -1));
	fixture_use(&u, &fixture_ratio, 0, 3);
	fixture_use(&u, &fixture_ratio, 0, 1);
	three.inputs = xcalloc(3, sizeof(*three.inputs));
	for (size_t i = 0; i < 3; i++)
		three.inputs[i] = i;
	VEC_PUSH(u.items, u.n, three);
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	assert_int_equal(p.ngroups, 2);
	for (size_t i = 0; i < p.nuses; i++)
		assert_true(p.uses[i].together);
	assert_int_equal(p.counters[p.uses[1].counters[0]].group,
			 p.counters[p.uses[2].counters[0]].group);
	plan_done(&p);
	release_uses(&u);
	event_list_done(&l);
}

/* ---- passes ---- */

static void each_pass_has_one_of_the_groups_that_compete(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 2 };
	struct plan_passes passes;
	struct plan p;
	size_t seen[8] = { 0 };

	(void)state;
	fixture_add(&l, fixture_software("task_clock", 1));
	for (int i = 0; i < 5; i++)
		fixture_add(&l, fixture_hardware("x", (uint64_t)i, -1));
	fixture_add(&l, fixture_hardware("hopeless", 99, -1));
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	assert_int_equal(plan_competing(&p), 3);
	plan_passes_make(&p, &passes);
	assert_int_equal(passes.n, 3);
	for (size_t i = 0; i < passes.n; i++) {
		const struct plan_pass *pass = &passes.items[i];

		assert_int_equal(plan_competing(&pass->plan), 1);
		for (size_t c = 0; c < pass->plan.ncounters; c++) {
			assert_int_equal(pass->plan.counters[c].event,
					 p.counters[pass->counters[c]].event);
			seen[pass->counters[c]]++;
		}
	}
	for (size_t c = 0; c < p.ncounters; c++) {
		const char *name = l.items[p.counters[c].event]->name;

		assert_int_equal(seen[c], strcmp(name, "x") ? 3 : 1);
	}
	plan_passes_done(&passes);
	plan_done(&p);
	event_list_done(&l);
}

static void what_fits_takes_one_pass(void **state)
{
	struct event_list l = { 0 };
	struct metric_uses u = { 0 };
	struct pmu pmu = { .room = 2 };
	struct plan_passes passes;
	struct plan p;

	(void)state;
	fixture_add(&l, fixture_software("task_clock", 1));
	assert_int_equal(plan_make(&l, &u, fits, &pmu, &p, NULL), 0);
	plan_passes_make(&p, &passes);
	assert_int_equal(passes.n, 1);
	assert_int_equal(passes.items[0].plan.ncounters, 1);
	plan_passes_done(&passes);
	plan_done(&p);
	event_list_done(&l);
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
		cmocka_unit_test(slots_lead_their_parts_wherever_they_stand),
		cmocka_unit_test(slots_come_along_into_each_group_of_parts),
		cmocka_unit_test(a_part_without_slots_is_refused_with_advice),
		cmocka_unit_test(the_largest_need_is_placed_first),
		cmocka_unit_test(each_pass_has_one_of_the_groups_that_compete),
		cmocka_unit_test(what_fits_takes_one_pass),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
