/*
 * Comparisons of anything: whatever names, units and numbers there are, what
 * people read is clean and fits the terminal.
 */
#include "report/comparison/comparison.h"

#include "base/auto.h"
#include "base/cells.h"
#include "base/random.h"
#include "base/strbuf.h"

#include "unit.h"
#include "versus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static char *random_text(struct random *random, size_t most)
{
	static const char *const pieces[] = {
		"a",  "bc", " ",  "漢", "e\xcc\x81", "|",    "`",
		"<b", ">",  "\n", "\t", "\033[2J",   "\xff", "\xc2\x9b",
		"%",  "\\", "*",  "@x", "/path",     "🚀",    "\xe2\x80\xae",
	};
	struct strbuf b = { 0 };

	for (size_t n = random_below(random, most + 1); n--;)
		strbuf_puts(&b,
			    pieces[random_below(random, ARRAY_LEN(pieces))]);
	return strbuf_detach(&b);
}

static void random_quantity(struct comparison *c, struct random *random,
			    size_t runs)
{
	static const char *const units[] = { "",      "s",    "%",
					     "bytes", "msec", "GHz" };
	AUTO_FREE char *name = random_text(random, 12);
	AUTO_FREE char *title = random_text(random, 40);
	AUTO_FREE char *unit = random_text(random, 9);
	bool odd = random_below(random, 3) == 0;
	struct compare_kind kind = {
		.name = name,
		.title = random_below(random, 2) ? title : "",
		.unit = odd ? unit
			    : units[random_below(random, ARRAY_LEN(units))],
		.better = (enum metric_better)random_below(random, 3),
		.simulated = random_below(random, 2),
	};
	size_t q = compare_add_quantity(c, &kind);
	double scale = pow(10.0, (double)random_below(random, 40) - 20.0);

	for (size_t s = 0; s < c->nsubjects; s++)
		for (size_t i = 0; i < runs; i++)
			if (random_below(random, 9))
				compare_add_sample(c, q, s, i,
						   scale * (double)random_below(
								   random, 40));
			else
				compare_lack_sample(c, q, s, "<not\033 now>");
}

static void random_comparison(struct versus *v, uint64_t seed)
{
	struct compare_options options = compare_defaults();
	struct random random = { .state = seed };
	size_t runs = random_below(&random, 9);
	struct err err = { 0 };

	*v = (struct versus){ .r = { .comparison = &v->c,
				     .subjects = v->subjects,
				     .version = "1",
				     .metric = "time" } };
	options.resamples = 199;
	compare_init(&v->c, 2 + random_below(&random, 3), &options);
	for (size_t s = 0; s < v->c.nsubjects; s++) {
		AUTO_FREE char *name = random_text(&random, 30);

		compare_name(&v->c, s, name);
		v->subjects[s].command = random_text(&random, 60);
		for (size_t i = 0; i < runs; i++)
			compare_add_run(&v->c, s, i, s);
	}
	for (size_t q = 0; q < 4; q++)
		random_quantity(&v->c, &random, runs);
	if (v->c.nquantities)
		v->r.metric = v->c.quantities[0].kind.name;
	v->r.simulated = random_below(&random, 2);
	if (compare_compute(&v->c, &err) < 0)
		fail_msg("%s", err.what);
}

/* Every line of @text; 0 columns are as many as there are. */
static void lines_are_clean(char *text, int width, bool utf8, uint64_t seed)
{
	for (char *line; (line = strsep(&text, "\n"));) {
		AUTO_FREE char *clean = cells_cleaned(line, utf8);

		assert_string_equal(clean, line);
		if (width && cells_width(line) > width)
			fail_msg("seed %d, %d columns: %s", (int)seed, width,
				 line);
	}
}

static void anything_fits_and_is_clean(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 300; seed++) {
		const struct comparison_style style = {
			.utf8 = seed % 2,
			.width = (int)(40 + seed % 90),
			.verbose = seed % 3 == 0,
		};
		AUTO_FREE char *text = NULL;
		AUTO_FREE char *markdown = NULL;
		struct versus v;

		random_comparison(&v, seed);
		text = versus_show(&v, &comparison_text, &style);
		markdown = versus_show(&v, &comparison_markdown, &style);
		lines_are_clean(text, style.width, style.utf8, seed);
		lines_are_clean(markdown, 0, true, seed);
		versus_done(&v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anything_fits_and_is_clean),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
