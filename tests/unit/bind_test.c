#include "metric/metric.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include "unit.h"

#include <string.h>

enum {
	USER_ONLY = EVENT_EXCLUDE_KERNEL | EVENT_EXCLUDE_HV,
	KERNEL_ONLY = EVENT_EXCLUDE_USER | EVENT_EXCLUDE_HV,
};

static const char metrics_text[] =
	"[metric ipc]\nformula = instructions / cycles\n"
	"beside = instructions\n"
	"[metric ghz]\nformula = cycles / seconds(cycles) / 1e9\n"
	"[metric busy]\nformula = task_clock / 1000 / wall\n"
	"[metric fault_rate]\nformula = 1000 * page_faults / instructions\n"
	"beside = page_faults\n"
	"[metric stalls]\nformula = max(front, back) / instructions\n"
	"beside = instructions\n"
	"[metric apart]\nformula = front / back\nbeside = nowhere\n"
	"[metric joule]\nformula = energy / instructions\n"
	"[metric cost]\nformula = task_clock * cycles / instructions\n"
	"beside = task_clock\n";

struct fixture {
	struct catalog catalog;
	struct metric_list metrics;
	struct event events[16];
	struct event *pointers[16];
	struct event_list list;
};

static int set_up(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	assert_int_equal(section_parse(&f->catalog.all, "f", metrics_text,
				       strlen(metrics_text), NULL),
			 0);
	for (size_t i = 0; i < f->catalog.all.n; i++)
		VEC_PUSH(f->catalog.live, f->catalog.nlive,
			 f->catalog.all.items[i]);
	assert_int_equal(metric_load(&f->catalog, &f->metrics, NULL), 0);
	f->list.items = f->pointers;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	metric_list_done(&f->metrics);
	catalog_done(&f->catalog);
	free(f);
	return 0;
}

static struct event *add(struct fixture *f, const char *base)
{
	struct event *e = &f->events[f->list.n];

	assert_true(f->list.n < ARRAY_LEN(f->events));
	memset(e, 0, sizeof(*e));
	e->base = (char *)(uintptr_t)base;
	e->hardware = true;
	e->core_type = e->hybrid_set = e->group = -1;
	f->pointers[f->list.n++] = e;
	return e;
}

static struct event *add_level(struct fixture *f, const char *base,
			       unsigned exclude)
{
	struct event *e = add(f, base);

	e->has_level = true;
	e->exclude = exclude;
	return e;
}

static struct event *add_software(struct fixture *f, const char *base)
{
	struct event *e = add(f, base);

	e->hardware = false;
	return e;
}

static struct event *add_in(struct fixture *f, const char *base, int group)
{
	struct event *e = add(f, base);

	e->group = group;
	return e;
}

/* "0:ipc(0,1) 1:ghz(1) ": event, metric and inputs of every use. */
static void check(struct fixture *f, const char *expected)
{
	AUTO(metric_uses_done) struct metric_uses uses = { 0 };
	AUTO(strbuf_done) struct strbuf b = { 0 };

	metric_bind(&f->metrics, &f->list, &uses);
	for (size_t i = 0; i < uses.n; i++) {
		const struct metric_use *u = &uses.items[i];

		strbuf_addf(&b, "%zu:%s(", u->event, u->metric->name);
		for (size_t k = 0; k < u->metric->ninputs; k++)
			strbuf_addf(&b, "%s%zu", k ? "," : "", u->inputs[k]);
		strbuf_puts(&b, ") ");
	}
	assert_string_equal(strbuf_str(&b), expected);
}

static void uses_come_by_event_then_by_metric(void **state)
{
	struct fixture *f = *state;

	check(f, "");
	add_software(f, "task_clock");
	add(f, "cycles");
	add(f, "instructions");
	add_software(f, "page_faults");
	add(f, "");
	check(f, "0:busy(0) 0:cost(0,1,2) 1:ghz(1) 2:ipc(2,1) "
		 "3:fault_rate(3,2) ");
}

static void what_is_not_all_there_is_left_out(void **state)
{
	struct fixture *f = *state;

	add(f, "instructions");
	add(f, "front");
	check(f, "");
	add(f, "back");
	check(f, "0:stalls(1,2,0) 1:apart(1,2) ");
}

static void beside_falls_back_to_the_first_input(void **state)
{
	struct fixture *f = *state;

	add(f, "back");
	add(f, "front");
	check(f, "1:apart(1,0) ");
	add(f, "nowhere");
	check(f, "2:apart(1,0) ");
}

static void levels_do_not_mix(void **state)
{
	struct fixture *f = *state;

	add_level(f, "instructions", USER_ONLY);
	add_level(f, "cycles", KERNEL_ONLY);
	check(f, "1:ghz(1) ");
	add(f, "cycles");
	check(f, "1:ghz(1) 2:ghz(2) ");
	add_level(f, "cycles", USER_ONLY);
	check(f, "0:ipc(0,3) 1:ghz(1) 2:ghz(2) 3:ghz(3) ");
}

/* ":uk" is what no modifier is, until the retreat to user mode. */
static void a_level_asked_for_differs_from_none(void **state)
{
	struct fixture *f = *state;

	add_level(f, "instructions", 0);
	add(f, "cycles");
	check(f, "1:ghz(1) ");
	add_level(f, "cycles", 0);
	check(f, "0:ipc(0,2) 1:ghz(1) 2:ghz(2) ");
}

static void software_without_a_level_goes_with_any(void **state)
{
	struct fixture *f = *state;

	add_software(f, "page_faults");
	add_level(f, "instructions", USER_ONLY);
	check(f, "0:fault_rate(0,1) ");
	f->events[0].exclude = EVENT_EXCLUDE_GUEST;
	check(f, "0:fault_rate(0,1) ");
	f->events[0].has_level = true;
	f->events[0].exclude = KERNEL_ONLY;
	check(f, "");
	add_level(f, "instructions", KERNEL_ONLY);
	check(f, "0:fault_rate(0,2) ");
}

/* The first cycles have no instructions of their level: try the next. */
static void a_free_anchor_finds_the_level_that_works(void **state)
{
	struct fixture *f = *state;

	add_software(f, "task_clock");
	add_level(f, "cycles", USER_ONLY);
	add_level(f, "cycles", KERNEL_ONLY);
	add_level(f, "instructions", KERNEL_ONLY);
	check(f, "0:busy(0) 0:cost(0,2,3) 1:ghz(1) 2:ghz(2) 3:ipc(3,2) ");
}

static void core_types_do_not_mix(void **state)
{
	struct fixture *f = *state;

	add(f, "cycles")->core_type = 0;
	add(f, "cycles")->core_type = 1;
	add(f, "instructions")->core_type = 0;
	add(f, "instructions")->core_type = 1;
	add_software(f, "page_faults");
	check(f, "0:ghz(0) 1:ghz(1) 2:ipc(2,0) 3:ipc(3,1) "
		 "4:fault_rate(4,2) ");
}

static void system_wide_events_need_the_same_context(void **state)
{
	struct fixture *f = *state;
	struct event *e = add(f, "energy");

	e->hardware = false;
	e->system_wide = true;
	add_level(f, "instructions", USER_ONLY);
	check(f, "");
	add(f, "instructions");
	check(f, "0:joule(0,2) ");
	f->events[2].core_type = 1;
	check(f, "");
}

static void inputs_of_the_own_group_come_first(void **state)
{
	struct fixture *f = *state;

	add(f, "cycles");
	add_in(f, "cycles", 0);
	add_in(f, "instructions", 0);
	add_in(f, "instructions", 1);
	add_in(f, "cycles", 1);
	add(f, "instructions");
	add_in(f, "instructions", 2);
	check(f, "0:ghz(0) 1:ghz(1) 2:ipc(2,1) 3:ipc(3,4) 4:ghz(4) 5:ipc(5,0) "
		 "6:ipc(6,0) ");
}

/* The anchor has no group with them, but they have one with each other. */
static void inputs_stay_together_in_a_group(void **state)
{
	struct fixture *f = *state;

	add_software(f, "task_clock")->group = 5;
	add_in(f, "instructions", 0);
	add_in(f, "cycles", 1);
	add_in(f, "instructions", 1);
	check(f, "0:busy(0) 0:cost(0,2,3) 1:ipc(1,2) 2:ghz(2) 3:ipc(3,2) ");
	f->pointers[1] = &f->events[2];
	f->pointers[2] = &f->events[1];
	check(f, "0:busy(0) 0:cost(0,1,3) 1:ghz(1) 2:ipc(2,1) 3:ipc(3,1) ");
}

#define WITH_METRICS(test)                                                     \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* ---- by name ---- */

static const char hybrid_text[] =
	"[metric shared]\nformula = cycles / instructions\n"
	"[metric split]\ntitle = Split\n"
	"[formula split@cpu_core]\nformula = slots / cycles\n"
	"[formula split@cpu_atom]\nformula = 5 * cycles / instructions\n"
	"[metric fact]\nformula = cpu_time / wall\n"
	"[metric none]\ntitle = None\n";

static struct event *add_on(struct fixture *f, const char *base, char *pmu,
			    int core_type)
{
	struct event *e = add(f, base);

	e->pmu = pmu;
	e->core_type = core_type;
	return e;
}

/* "BLOCK split/0(2,0) " or "split: why "; @lacks as metric_bind_named() */
static char *named(const struct metric_list *metrics,
		   const struct event_list *events, const char *name,
		   const struct metric_lack *lacks, size_t nlacks)
{
	AUTO(metric_uses_done) struct metric_uses uses = { 0 };
	struct strbuf b = { 0 };

	metric_bind_named(metrics, events, name, lacks, nlacks, &uses);
	/* a second time changes nothing */
	metric_bind_named(metrics, events, name, lacks, nlacks, &uses);
	for (size_t i = 0; i < uses.n; i++) {
		const struct metric_use *u = &uses.items[i];

		assert_int_equal(u->place, METRIC_BLOCK);
		assert_true(u->event == SIZE_MAX);
		if (!u->inputs) {
			strbuf_addf(&b, "%s: %s ", name, u->missing);
			continue;
		}
		strbuf_addf(&b, "%s/%d(", u->metric->pmu ? u->metric->pmu : "",
			    u->core_type);
		for (size_t k = 0; k < u->metric->ninputs; k++)
			strbuf_addf(&b, "%s%zu", k ? "," : "", u->inputs[k]);
		strbuf_puts(&b, ") ");
	}
	return strbuf_detach(&b);
}

static void a_name_is_bound_once_for_each_kind_of_cores(void **state)
{
	static char core[] = "cpu_core", atom[] = "cpu_atom";
	static char why[] = "no such event";
	const struct metric_lack lacks[] = { { "slots", why } };
	const struct {
		const char *name, *want;
	} rows[] = {
		{ "shared", "/0(0,2) /1(1,3) " },
		{ "split", "split: it needs 'slots': no such event "
			   "cpu_atom/1(1,3) " },
		{ "fact", "/-1() " },
		{ "none", "none: events/ has no formula of it for this CPU " },
		{ "unknown", "" },
	};
	struct fixture *f = *state;
	AUTO(catalog_done) struct catalog c = { 0 };
	AUTO(metric_list_done) struct metric_list metrics = { 0 };

	assert_int_equal(section_parse(&c.all, "f", hybrid_text,
				       strlen(hybrid_text), NULL),
			 0);
	for (size_t i = 0; i < c.all.n; i++) {
		c.all.items[i]->builtin = true;
		VEC_PUSH(c.live, c.nlive, c.all.items[i]);
	}
	assert_int_equal(metric_load(&c, &metrics, NULL), 0);
	add_on(f, "cycles", core, 0);
	add_on(f, "cycles", atom, 1);
	add_on(f, "instructions", core, 0);
	add_on(f, "instructions", atom, 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO_FREE char *got = named(&metrics, &f->list, rows[i].name,
					    lacks, ARRAY_LEN(lacks));

		assert_string_equal(got, rows[i].want);
	}
}

/* What has a level of the user's own is used only if there is no other. */
static void a_name_is_about_all_levels_if_it_can_be(void **state)
{
	struct fixture *f = *state;
	AUTO_FREE char *got = NULL, *again = NULL;

	add_level(f, "cycles", KERNEL_ONLY);
	add_level(f, "instructions", KERNEL_ONLY);
	got = named(&f->metrics, &f->list, "ipc", NULL, 0);
	assert_string_equal(got, "/-1(1,0) ");
	add(f, "cycles");
	add(f, "instructions");
	again = named(&f->metrics, &f->list, "ipc", NULL, 0);
	assert_string_equal(again, "/-1(3,2) ");
}

/* Shown among those asked for, it is not shown beside its event as well. */
static void a_name_takes_the_place_beside_an_event(void **state)
{
	struct fixture *f = *state;
	AUTO(metric_uses_done) struct metric_uses uses = { 0 };

	add(f, "cycles");
	add(f, "instructions");
	metric_bind(&f->metrics, &f->list, &uses);
	assert_int_equal(uses.n, 2);
	metric_bind_named(&f->metrics, &f->list, "ghz", NULL, 0, &uses);
	assert_int_equal(uses.n, 2);
	assert_string_equal(uses.items[1].metric->name, "ghz");
	assert_int_equal(uses.items[1].place, METRIC_BLOCK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_METRICS(uses_come_by_event_then_by_metric),
		WITH_METRICS(what_is_not_all_there_is_left_out),
		WITH_METRICS(beside_falls_back_to_the_first_input),
		WITH_METRICS(levels_do_not_mix),
		WITH_METRICS(a_level_asked_for_differs_from_none),
		WITH_METRICS(software_without_a_level_goes_with_any),
		WITH_METRICS(a_free_anchor_finds_the_level_that_works),
		WITH_METRICS(core_types_do_not_mix),
		WITH_METRICS(system_wide_events_need_the_same_context),
		WITH_METRICS(inputs_of_the_own_group_come_first),
		WITH_METRICS(inputs_stay_together_in_a_group),
		WITH_METRICS(a_name_is_bound_once_for_each_kind_of_cores),
		WITH_METRICS(a_name_is_about_all_levels_if_it_can_be),
		WITH_METRICS(a_name_takes_the_place_beside_an_event),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
