#include "cmd/cmd.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#include "unit.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>

struct output {
	char *out, *err;
	int status;
};

static void output_done(struct output *o)
{
	free(o->out);
	free(o->err);
}

static char *slurp(FILE *f)
{
	struct strbuf b = { 0 };
	char chunk[4096];
	size_t n;

	rewind(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		strbuf_add(&b, chunk, n);
	fclose(f);
	return b.len ? strbuf_detach(&b) : xstrdup("");
}

/* "tacho list WORDS" on the recorded machine @machine, in a child. */
static void run(struct output *ret, const char *machine, const char *words)
{
	FILE *out = tmpfile(), *err = tmpfile();
	pid_t pid;
	int status;

	assert_non_null(out);
	assert_non_null(err);
	fflush(stdout);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		AUTO_FREE char *copy = xstrdup(words);
		char list[] = "list", *argv[16] = { list }, *save;
		char *sysroot =
			xasprintf("--sysroot=%s", unit_machine(machine));
		int argc = 1;

		argv[argc++] = sysroot;
		for (char *w = strtok_r(copy, " ", &save); w && argc < 15;
		     w = strtok_r(NULL, " ", &save))
			argv[argc++] = w;
		dup2(fileno(out), 1);
		dup2(fileno(err), 2);
		status = cmd_list(argc, argv);
		fflush(stdout);
		_exit(status);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	ret->status = WEXITSTATUS(status);
	ret->out = slurp(out);
	ret->err = slurp(err);
}

static bool has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = strstr(text, line); p; p = strstr(p + 1, line))
		if ((p == text || p[-1] == '\n') &&
		    (p[n] == '\n' || p[n] == ' '))
			return true;
	return false;
}

static const struct {
	const char *machine, *words, *line;
} shown[] = {
	{ "skx-2s", "hw", "  branch-instructions" },
	{ "skx-2s", "sw", "  context-switches" },
	{ "skx-2s", "cache", "  L1-dcache-load-misses" },
	{ "skx-2s", "pmu", "  uncore_imc_1/cas_count_read/" },
	{ "skx-2s", "tables", "  l2_miss" },
	{ "skx-2s", "metrics", "  ipc" },
	{ "skx-2s", "cas_count", "  uncore_imc_0/cas_count_write/" },
	{ "skx-2s", "BRANCH-M*", "  branch-misses" },
	{ "skx-2s", "-v cycles:u", "  exclude    kernel, hv, guest" },
	{ "skx-2s", "-v cycles:u", "  type       0 PERF_TYPE_HARDWARE" },
	{ "skx-2s", "-v energy-pkg", "  scale      2.3283064365386963e-10 J" },
	{ "skx-2s", "r1a8", "  config     0x1a8" },
	{ "skx-2s", "-v ipc", "  formula    instructions / cycles" },
	{ "skx-2s", "cycles:k -v", "  exclude    user, hv" },
	{ "adl-hybrid", "-v cycles", "cpu_atom/cycles/" },
	{ "adl-hybrid", "-v cycles", "  config     0xa00000000" },
	{ "vm-nopmu", "hw",
	  "  (no hardware counters here; 'tacho doctor' says why)" },
};

static void what_is_asked_for_is_shown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		AUTO(output_done) struct output o;
		const char *line = shown[i].line;

		run(&o, shown[i].machine, shown[i].words);
		if (o.status != 0 || *o.err)
			fail_msg("list %s: %d %s", shown[i].words, o.status,
				 o.err);
		if (!strstr(o.out, line))
			fail_msg("list %s: no '%s' in\n%s", shown[i].words,
				 line, o.out);
	}
}

static void a_group_shows_nothing_else(void **state)
{
	AUTO(output_done) struct output o;

	(void)state;
	run(&o, "skx-2s", "sw");
	assert_null(strstr(o.out, "branch-misses"));
	assert_null(strstr(o.out, "ipc"));
	assert_null(strstr(o.out, "\033"));
}

static void nothing_found_is_an_error_with_advice(void **state)
{
	static const struct {
		const char *words, *says;
		int status;
	} bad[] = {
		{ "cycels", "did you mean 'cycles'", 1 },
		{ "metrisc", "did you mean 'metrics'", 1 },
		{ "zorkzork", "nothing matches 'zorkzork'", 1 },
		{ "-v cycels", "did you mean 'cycles'", 2 },
		{ "-v cycles:z", "'z' is not a modifier", 2 },
		{ "cpu/evnt=1/", "did you mean 'event'", 1 },
		{ "--format=xml hw", "'xml'", 2 },
		{ "--nope", "unknown option", 2 },
		{ "--sysroot=/nonexistent hw", "'/nonexistent/sys'", 2 },
		{ "--events=/nonexistent hw", "/nonexistent", 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(output_done) struct output o;

		run(&o, "skx-2s", bad[i].words);
		if (o.status != bad[i].status || *o.out ||
		    !strstr(o.err, bad[i].says))
			fail_msg("list %s: %d\n%s%s", bad[i].words, o.status,
				 o.out, o.err);
	}
}

static void json_is_one_document(void **state)
{
	AUTO(output_done) struct output o;
	json_t *root, *event, *attr;

	(void)state;
	run(&o, "adl-hybrid", "--format json -v cycles:u ipc");
	assert_int_equal(o.status, 0);
	root = json_loads(o.out, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(root);
	assert_string_equal(json_string_value(json_object_get(root, "schema")),
			    "tacho-list-1");
	assert_int_equal(json_array_size(json_object_get(root, "events")), 2);
	event = json_array_get(json_object_get(root, "events"), 0);
	attr = json_object_get(event, "attr");
	assert_string_equal(json_string_value(json_object_get(attr, "config")),
			    "0x400000000");
	assert_int_equal(json_integer_value(json_object_get(attr, "type")), 0);
	assert_int_equal(json_array_size(json_object_get(attr, "exclude")), 3);
	assert_int_equal(json_array_size(json_object_get(root, "metrics")), 1);
	json_decref(root);
}

static void help_names_every_group(void **state)
{
	AUTO(output_done) struct output o;

	(void)state;
	run(&o, "skx-2s", "--help");
	assert_int_equal(o.status, 0);
	assert_true(has_line(o.out, "  tracepoint"));
	assert_true(has_line(o.out, "  pfm"));
	assert_non_null(strstr(o.out, "--sysroot"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_asked_for_is_shown),
		cmocka_unit_test(a_group_shows_nothing_else),
		cmocka_unit_test(nothing_found_is_an_error_with_advice),
		cmocka_unit_test(json_is_one_document),
		cmocka_unit_test(help_names_every_group),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
