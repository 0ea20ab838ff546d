/* What subjects are called, and what is refused before anything is measured. */
#include "cmd/compare/job.h"

#include "base/auto.h"
#include "base/words.h"

#include "fixture.h"
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUBJECTS_MOST 4

static char **split(const char *text)
{
	char **words;
	size_t n;
	struct err err;

	assert_int_equal(words_split(text, &words, &n, &err), 0);
	return words;
}

static void names_tell_subjects_apart(void **state)
{
	static const struct {
		const char *commands[SUBJECTS_MOST]; /* "": none */
		const char *files[SUBJECTS_MOST];
		const char *names[SUBJECTS_MOST];
	} rows[] = {
		{ { "./old x", "./new x" }, { NULL }, { "old", "new" } },
		{ { "/a/prog", "/b/prog" }, { NULL }, { "a/prog", "b/prog" } },
		{ { "/a/x/prog", "/b/x/prog" },
		  { NULL },
		  { "a/x/prog", "b/x/prog" } },
		{ { "sort -n x", "sort x" },
		  { NULL },
		  { "sort -n x", "sort x" } },
		{ { "prog with/a/very/long/argument/of/its/own -O2 x",
		    "prog with/a/very/long/argument/of/its/own -O3 x" },
		  { NULL },
		  { "prog -O2", "prog -O3" } },
		{ { "gzip -1 -k -c data", "gzip -6 -k -c data" },
		  { NULL },
		  { "gzip -1", "gzip -6" } },
		{ { "gzip -1 -k -c data", "gzip -6 -k -c data",
		    "/usr/bin/xz -k -c data" },
		  { NULL },
		  { "gzip -1", "gzip -6", "xz" } },
		{ { "sort --numeric-sort data", "sort data" },
		  { NULL },
		  { "sort --numeric-sort", "sort" } },
		{ { "/bin/prog -a 1 common words -b 2",
		    "/bin/prog -a 3 common words -b 4" },
		  { NULL },
		  { "prog 1 ... 2", "prog 3 ... 4" } },
		{ { "a/prog 1 x", "b/prog 1 x", "a/prog 2 x" },
		  { NULL },
		  { "a/prog 1 x", "b/prog 1 x", "a/prog 2 x" } },
		{ { "a/prog 1 and more", "b/prog 1 and more",
		    "a/prog 2 and more" },
		  { NULL },
		  { "a/prog 1", "b/prog 1", "a/prog 2" } },
		{ { "./old x", "./new x", "./old x", "./new x" },
		  { "a.rec", "a.rec", "b.rec", "b.rec" },
		  { "a old", "a new", "b old", "b new" } },
		/* long arguments */
		{ { "awk 'BEGIN { for (i = 0; i < 1000; i++) x += i; print x }'",
		    "awk 'BEGIN { for (i = 0; i < 2000; i++) x += i; print x }'" },
		  { NULL },
		  { "awk ... 0; i < 1000; i++) x += i; pr...",
		    "awk ... 0; i < 2000; i++) x += i; pr..." } },
		{ { "e \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaäääääx\"",
		    "e \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaäääääy\"" },
		  { NULL },
		  { "e ... ääääx", "e ... ääääy" } },
		/* what a shell does */
		{ { "sh -c 'cat data | gzip -1 >/dev/null'",
		    "sh -c 'cat data | gzip -2 >/dev/null'" },
		  { NULL },
		  { "gzip -1", "gzip -2" } },
		{ { "sh -c './old x | wc -l'", "sh -c './new x | wc -l'" },
		  { NULL },
		  { "old", "new" } },
		{ { "sh -c 'echo a/b'", "sh -c 'echo c/b'" },
		  { NULL },
		  { "echo a/b", "echo c/b" } },
		{ { "sh -c 'cd /; true'", "sh -c 'cd /; true'" },
		  { NULL },
		  { "cd", "cd (2)" } },
		{ { "sh -c ''", "sh -c ''" }, { NULL }, { "all", "all (2)" } },
		{ { "true", "true", "true" },
		  { NULL },
		  { "true", "true (2)", "true (3)" } },
		/* files, where programs do not tell */
		{ { "./old x", "./new x" },
		  { "1.rec", "2.rec" },
		  { "old", "new" } },
		{ { "x", "x" },
		  { "runs/a.b.rec", "runs/c.rec" },
		  { "a.b", "c" } },
		{ { "x", "x" }, { "x.rec", "x.old" }, { "x.rec", "x.old" } },
		{ { "x", "x" },
		  { "1/x.rec", "2/x.rec" },
		  { "1/x.rec", "2/x.rec" } },
		{ { "x", "x" }, { "x.rec", "x.rec" }, { "x", "x (2)" } },
		{ { "", "" }, { "a.rec", "b.rec" }, { "a", "b" } },
		{ { "", "./prog" }, { "a.rec", NULL }, { "a", "prog" } },
		{ { "", "" }, { NULL }, { "all", "all (2)" } },
		/* words of the longest are not asked of the others */
		{ { "prog", "prog", "prog x y" },
		  { "old.rec", NULL, NULL },
		  { "old", "prog", "prog (2)" } },
		{ { "x", "x" }, { ".rec", "b" }, { ".rec", "b" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct judging_options o = judging_defaults();
		char **argvs[SUBJECTS_MOST] = { 0 };
		char *names[SUBJECTS_MOST];
		size_t n = 0;

		for (; n < SUBJECTS_MOST && rows[i].names[n]; n++)
			if (*rows[i].commands[n])
				argvs[n] = split(rows[i].commands[n]);
		compare_choose_names(&o, (char *const *const *)argvs,
				     rows[i].files, n, names);
		for (size_t k = 0; k < n; k++) {
			assert_string_equal(names[k], rows[i].names[k]);
			free(names[k]);
			words_free(argvs[k]);
		}
	}
}

static void names_that_are_given_stand(void **state)
{
	struct judging_options o = judging_defaults();
	const char *given[] = { "new" };
	const char *files[] = { NULL, NULL };
	char **argvs[2];
	char *names[2];

	(void)state;
	argvs[0] = split("./old");
	argvs[1] = split("./new");
	o.names.items = given;
	o.names.n = 1;
	compare_choose_names(&o, (char *const *const *)argvs, files, 2, names);
	assert_string_equal(names[0], "new");
	assert_string_equal(names[1], "new (2)");
	for (size_t k = 0; k < 2; k++) {
		free(names[k]);
		words_free(argvs[k]);
	}
}

static int check_names(const struct fixture *f, const char *metric,
		       const char *limit, struct err *err)
{
	struct judging_options o = judging_defaults();
	char *each[] = { (char[]){ "cache-misses" } };
	struct recording_left_out left_out = { .each = each, .neach = 1 };

	o.metric = metric;
	o.fail_if.items = &limit;
	o.fail_if.n = limit != NULL;
	*err = (struct err){ 0 };
	return compare_check_names(&o, &f->plan, &left_out, 1, err);
}

static void unknown_names_are_refused_beforehand(void **state)
{
	struct fixture f;
	struct err err;

	(void)state;
	fixture_init(&f);
	fixture_known(&f, "instructions");
	assert_int_equal(check_names(&f, NULL, NULL, &err), 0);
	assert_int_equal(check_names(&f, "instructions", "time > 1%", &err), 0);
	assert_int_equal(check_names(&f, "wall", "memory > 1%", &err), 0);
	/* known, and not countable here: that is for the answer */
	assert_int_equal(check_names(&f, NULL, "cache-misses > 1%", &err), 0);
	assert_int_equal(check_names(&f, "instrs", NULL, &err), -EINVAL);
	assert_non_null(strstr(err.what, "--metric"));
	assert_int_equal(check_names(&f, NULL, "instruction > 1%", &err),
			 -EINVAL);
	assert_non_null(strstr(err.what, "--fail-if"));
	assert_non_null(strstr(err.hint, "'instructions'"));
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_tell_subjects_apart),
		cmocka_unit_test(names_that_are_given_stand),
		cmocka_unit_test(unknown_names_are_refused_beforehand),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
