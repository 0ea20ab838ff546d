/* Where numbers come from, and what differs between two. */
#include "unit.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "record/provenance.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[] = "/tmp/tacho-provenance.XXXXXX";

static int set_up(void **unused)
{
	(void)unused;
	strcpy(root, "/tmp/tacho-provenance.XXXXXX");
	assert_non_null(mkdtemp(root));
	return 0;
}

static int tear_down(void **unused)
{
	AUTO_FREE char *command = xasprintf("rm -rf '%s'", root);

	(void)unused;
	return system(command);
}

static void put(const char *file, const char *text)
{
	AUTO_FREE char *path = xasprintf("%s%s", root, file);
	FILE *f;

	for (char *p = path + strlen(root) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		*p = '/';
	}
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "%s\n", text);
	assert_int_equal(fclose(f), 0);
}

#define CPU "/sys/devices/system/cpu"

static void a_machine_is_read(void **unused)
{
	static const struct {
		const char *file, *text;
		enum provenance_what what;
		const char *is;
	} files[] = {
		{ CPU "/online", "0-1,3", PROVENANCE_CPUS, "3" },
		{ CPU "/cpu0/microcode/version", "0x2b", PROVENANCE_MICROCODE,
		  "0x2b" },
		{ CPU "/cpu0/cpufreq/scaling_governor", "powersave",
		  PROVENANCE_GOVERNOR, "powersave" },
		{ CPU "/cpu3/cpufreq/scaling_governor", "performance",
		  PROVENANCE_GOVERNOR, "powersave, performance" },
		{ CPU "/cpufreq/boost", "1", PROVENANCE_BOOST, "on" },
		{ CPU "/intel_pstate/no_turbo", "1", PROVENANCE_BOOST, "off" },
		{ CPU "/smt/active", "1", PROVENANCE_SMT, "on" },
		{ "/sys/kernel/mm/transparent_hugepage/enabled",
		  "always [madvise] never", PROVENANCE_THP, "madvise" },
		{ "/proc/sys/kernel/randomize_va_space", "2", PROVENANCE_ASLR,
		  "full" },
		{ "/proc/sys/kernel/nmi_watchdog", "0", PROVENANCE_WATCHDOG,
		  "off" },
		{ "/proc/loadavg", "0.52 0.4 0.3 1/99 1234", PROVENANCE_LOAD,
		  "0.52" },
	};
	const struct cpu cpu = { .vendor = "GenuineIntel",
				 .model_name = "Xeon",
				 .family = 6,
				 .model = 143,
				 .stepping = 8 };
	const struct rootfs at = { root };

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		struct provenance p = { 0 };

		put(files[i].file, files[i].text);
		provenance_of_machine(&at, &cpu, &p);
		assert_string_equal(p.items[files[i].what], files[i].is);
		assert_string_equal(p.items[PROVENANCE_CPU_MODEL], "Xeon");
		assert_string_equal(p.items[PROVENANCE_HYPERVISOR], "none");
		/* that is not of this machine */
		assert_null(p.items[PROVENANCE_HOST]);
		provenance_done(&p);
	}
}

static void what_a_machine_does_not_say_is_not_known(void **unused)
{
	const struct rootfs at = { "/nonexistent" };
	const struct cpu cpu = { .family = -1 };
	struct provenance p = { 0 };

	(void)unused;
	provenance_of_machine(&at, &cpu, &p);
	for (int i = PROVENANCE_CPUS; i <= PROVENANCE_LOAD; i++)
		if (i != PROVENANCE_HYPERVISOR)
			assert_null(p.items[i]);
	provenance_done(&p);
}

static struct provenance of_environment(char *const *environment)
{
	struct provenance p = { 0 };

	provenance_of_process(environment, &p);
	return p;
}

static void an_environment_is_a_fingerprint_and_names(void **unused)
{
	char *one[] = { (char[]){ "B=2" }, (char[]){ "A=1" }, NULL };
	char *moved[] = { (char[]){ "A=1" }, (char[]){ "_=/bin/x" },
			  (char[]){ "SHLVL=3" }, (char[]){ "B=2" }, NULL };
	char *other[] = { (char[]){ "A=1" }, (char[]){ "B=3" }, NULL };
	char *shifted[] = { (char[]){ "A=1B" }, (char[]){ "=2" }, NULL };
	struct provenance p[] = { of_environment(one), of_environment(moved),
				  of_environment(other),
				  of_environment(shifted) };
	char *hash[4];

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		hash[i] = p[i].items[PROVENANCE_ENVIRONMENT];
	assert_string_equal(hash[0], hash[1]);
	assert_string_not_equal(hash[0], hash[2]);
	assert_string_not_equal(hash[0], hash[3]);
	assert_int_equal(p[1].nvariables, 2);
	assert_string_equal(p[1].variables[0], "A");
	assert_string_equal(p[1].variables[1], "B");
	assert_string_equal(p[0].items[PROVENANCE_ENVIRONMENT_BYTES], "8");
	for (size_t i = 0; i < ARRAY_LEN(p); i++)
		provenance_done(&p[i]);
}

static void a_script_is_what_its_interpreter_is(void **unused)
{
	struct binary python = { .kind = BINARY_ELF,
				 .build_id = "abc",
				 .compiler = "gcc",
				 .version = "12.2.0",
				 .verdict = BUILD_OPTIMISED,
				 .level = LEVEL_2,
				 .instruments = BINARY_ASAN | BINARY_COVERAGE };
	struct binary script = { .kind = BINARY_SCRIPT,
				 .path = (char[]){ "/x.py" },
				 .interpreter = &python };
	struct provenance p = { 0 };

	(void)unused;
	provenance_of_binary(&script, &p);
	assert_string_equal(p.items[PROVENANCE_PROGRAM], "/x.py");
	assert_string_equal(p.items[PROVENANCE_BUILD_ID], "abc");
	assert_string_equal(p.items[PROVENANCE_COMPILER], "gcc 12.2.0");
	assert_string_equal(p.items[PROVENANCE_OPTIMISATION], "optimised");
	assert_string_equal(p.items[PROVENANCE_LEVEL], "-O2");
	assert_non_null(strstr(p.items[PROVENANCE_INSTRUMENTATION], ", "));
	provenance_done(&p);
}

static void every_kind_has_a_key_of_its_own(void **unused)
{
	(void)unused;
	for (int i = 0; i < PROVENANCES; i++) {
		const char *key = provenance_key((enum provenance_what)i);

		assert_true(*key);
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
				key, provenance_key((enum provenance_what)k));
	}
}

/* ---- differences ---- */

struct difference_case {
	enum provenance_what what;
	const char *a, *b;
	enum provenance_severity severity;
	const char *text;
};

static void each_difference_is_said(void **unused)
{
	static const struct difference_case cases[] = {
		{ PROVENANCE_KERNEL, "Linux 6.1", "Linux 6.2",
		  PROVENANCE_DOUBTS,
		  "different kernels: 'Linux 6.1' and 'Linux 6.2'" },
		{ PROVENANCE_CPU_KEY, "A 6/1", "B 6/2", PROVENANCE_DEFEATS,
		  "different CPUs: 'A 6/1' and 'B 6/2'" },
		{ PROVENANCE_SOURCE, "perf", "cachegrind", PROVENANCE_DEFEATS,
		  "different counter sources: 'perf' and 'cachegrind'" },
		{ PROVENANCE_OPTIMISATION, "optimised", "unoptimised",
		  PROVENANCE_DEFEATS,
		  "one program is optimised, the other unoptimised: such "
		  "builds do not compare" },
		{ PROVENANCE_BUILD_ID, "ab", "cd", PROVENANCE_TOLD,
		  "different builds: 'ab' and 'cd'" },
		{ PROVENANCE_ENVIRONMENT, "ab", "cd", PROVENANCE_TOLD,
		  "in different environments: the same variables, other "
		  "values" },
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct difference_case *c = &cases[i];
		struct provenance a = { 0 }, b = { 0 };
		struct provenance_difference *d;
		size_t n;

		provenance_set(&a, c->what, c->a);
		/* not known of one: no difference */
		assert_int_equal(provenance_differences(&a, &b, &d), 0);
		provenance_set(&b, c->what, c->a);
		assert_int_equal(provenance_differences(&a, &b, &d), 0);
		provenance_set(&b, c->what, c->b);
		n = provenance_differences(&a, &b, &d);
		assert_int_equal(n, 1);
		assert_int_equal(d[0].severity, c->severity);
		assert_string_equal(d[0].text, c->text);
		provenance_differences_free(d, n);
		provenance_done(&a);
		provenance_done(&b);
	}
}

static void the_worst_comes_first_and_nothing_twice(void **unused)
{
	struct provenance a = { 0 }, b = { 0 };
	struct provenance_difference *d;
	size_t n;

	(void)unused;
	for (int i = 0; i < PROVENANCES; i++) {
		provenance_set(&a, (enum provenance_what)i, "x");
		provenance_set(&b, (enum provenance_what)i, "y");
	}
	n = provenance_differences(&a, &b, &d);
	/* but the load, the model beside the CPU and the level beside what it
	   makes of the program */
	assert_int_equal(n, PROVENANCES - 3);
	for (size_t i = 1; i < n; i++)
		assert_true(d[i].severity <= d[i - 1].severity);
	assert_int_equal(d[0].severity, PROVENANCE_DEFEATS);
	provenance_differences_free(d, n);
	provenance_done(&a);
	provenance_done(&b);
}

static void variables_of_one_only_are_named(void **unused)
{
	char *one[] = { (char[]){ "A=1" }, (char[]){ "LD_PRELOAD=x" }, NULL };
	char *two[] = { (char[]){ "A=1" },
			(char[]){ "V1=" },
			(char[]){ "V2=" },
			(char[]){ "V3=" },
			(char[]){ "V4=" },
			(char[]){ "V5=" },
			NULL };
	struct provenance a = of_environment(one), b = of_environment(two);
	struct provenance_difference *d;
	size_t n = provenance_differences(&a, &b, &d);

	(void)unused;
	assert_int_equal(n, 2);
	assert_string_equal(d[0].text,
			    "in different environments; only the first has "
			    "LD_PRELOAD; only the second has V1, V2, V3, V4 "
			    "and 1 more");
	provenance_differences_free(d, n);
	provenance_done(&a);
	provenance_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_machine_is_read, set_up,
						tear_down),
		cmocka_unit_test(what_a_machine_does_not_say_is_not_known),
		cmocka_unit_test(an_environment_is_a_fingerprint_and_names),
		cmocka_unit_test(a_script_is_what_its_interpreter_is),
		cmocka_unit_test(every_kind_has_a_key_of_its_own),
		cmocka_unit_test(each_difference_is_said),
		cmocka_unit_test(the_worst_comes_first_and_nothing_twice),
		cmocka_unit_test(variables_of_one_only_are_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
