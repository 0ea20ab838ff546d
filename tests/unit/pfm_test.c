#include "event/link/pfm.h"
#include "event/resolve.h"

#include "base/auto.h"
#include "base/xalloc.h"
#include "config.h"

#include "unit.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>

/*
 * libpfm4 reads its environment once per process, so each configuration is a
 * process of its own; the library is loaded in children only.
 */
static void in_child(int (*test)(void))
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(test());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fail_msg("the child says %d", status);
}

static bool have_tables(void)
{
#if defined(HAVE_LIBPFM) && (defined(__x86_64__) || defined(__i386__))
	return true;
#else
	return false; /* libpfm4 only knows the CPUs of its architecture */
#endif
}

static bool encodes(struct pfm *pfm, const char *text, uint64_t config,
		    uint64_t config1)
{
	struct pfm_code c = { 0 };
	struct err err = { 0 };
	enum pfm_answer answer;
	bool ok;

	errno = ERANGE; /* must not matter */
	answer = pfm_encode(pfm, text, &c, &err);
	ok = answer == PFM_OK && c.config == config && c.config1 == config1;
	if (!ok)
		fprintf(stderr, "# %s: %d %s, 0x%llx 0x%llx\n", text, answer,
			err.what, (unsigned long long)c.config,
			(unsigned long long)c.config1);
	pfm_code_done(&c);
	return ok;
}

static const struct {
	const char *text;
	uint64_t config, config1;
} codes[] = {
	/* right as they are */
	{ "skx::INST_RETIRED:ANY_P", 0xc0, 0 },
	{ "skx::INST_RETIRED:ANY_P:u:c=1:e=1:i=1", 0x18400c0, 0 },
	{ "skx::UOPS_RETIRED:0x4", 0x4c2, 0 },
	{ "skx::UNHALTED_REFERENCE_CYCLES", 0x300, 0 },
	{ "icx::TOPDOWN:SLOTS", 0x400, 0 },
	{ "spr::INST_RETIRED:PREC_DIST", 0x100, 0 },
	{ "amd64_fam19h_zen3::RETIRED_OPS", 0xc1, 0 },
	{ "amd64_fam19h_zen4::CYCLES_NOT_IN_HALT", 0x76, 0 },
	{ "amd64_fam19h_zen4::DISPATCH_STALLS_1:FE_NO_OPS:c=6", 0x1060001a0,
	  0 },
	/* corrected */
	{ "icx::TOPDOWN:BACKEND_BOUND_SLOTS", 0x2a4, 0 },
	{ "icx::TOPDOWN:BR_MISPREDICT_SLOTS", 0x8a4, 0 },
	{ "icx::MEM_LOAD_MISC_RETIRED:UC", 0x4d4, 0 },
	{ "icx::INST_RETIRED:ANY", 0xc0, 0 },
	{ "spr::TOPDOWN:BACKEND_BOUND_SLOTS", 0x2a4, 0 },
	{ "spr::TOPDOWN:BAD_SPEC_SLOTS", 0x4a4, 0 },
	{ "spr::TOPDOWN:u:BAD_SPEC_SLOTS", 0x4a4, 0 },
	{ "spr::topdown.bad_spec_slots", 0x4a4, 0 },
	{ "spr::TOPDOWN:BR_MISPREDICT_SLOTS", 0x8a4, 0 },
	{ "spr::TOPDOWN:MEMORY_BOUND_SLOTS", 0x10a4, 0 },
	{ "spr::INST_RETIRED:ANY", 0xc0, 0 },
	{ "spr::CPU_CLK_UNHALTED:THREAD", 0x3c, 0 },
	{ "spr::INT_MISC:UNKNOWN_BRANCH_CYCLES", 0x40ad, 7 },
	{ "spr::ARITH:IDIV_ACTIVE", 0x10008b0, 0 },
	{ "spr::ARITH:IDIV_ACTIVE:c=2", 0x20008b0, 0 },
	{ "spr::UOPS_RETIRED:MS", 0x4c2, 8 },
	{ "spr::MEM_TRANS_RETIRED:STORE_SAMPLE", 0x2cd, 0 },
	{ "skx::UOPS_RETIRED:STALL_CYCLES", 0x18002c2, 0 },
	{ "skx::UOPS_RETIRED:TOTAL_CYCLES", 0xa8002c2, 0 },
	{ "clx::UOPS_RETIRED:STALL_CYCLES", 0x18002c2, 0 },
	{ "clx::UOPS_RETIRED:TOTAL_CYCLES", 0xa8002c2, 0 },
	{ "glm::CPU_CLK_UNHALTED", 0x3c, 0 },
	{ "glm::CPU_CLK_UNHALTED:CORE", 0x3c, 0 },
	{ "glm::CPU_CLK_UNHALTED:CORE_P", 0x3c, 0 },
	{ "glm::CPU_CLK_UNHALTED:REF", 0x13c, 0 },
};

static int check_codes(void)
{
	struct pfm *pfm = pfm_load(NULL);
	int bad = 0;

	if (!pfm || getenv("LIBPFM_ENCODE_INACTIVE"))
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++)
		bad += !encodes(pfm, codes[i].text, codes[i].config,
				codes[i].config1);
	pfm_free(pfm);
	return bad > 0;
}

static void codes_are_right_whatever_the_library_says(void **state)
{
	(void)state;
	if (!have_tables())
		skip();
	in_child(check_codes);
}

/* Every row of the table names an event that the library knows. */
static int check_rows(void)
{
	struct pfm *pfm = pfm_load(NULL);
	int bad = 0;

	if (!pfm)
		return 1;
	for (size_t i = 0; i < pfm_fix_nrows; i++) {
		const struct pfm_fix_row *row = &pfm_fix_rows[i];
		AUTO_FREE char *pmus = xstrdup(row->pmus);
		char *save;

		for (char *p = strtok_r(pmus, " ", &save); p;
		     p = strtok_r(NULL, " ", &save)) {
			AUTO_FREE char *text =
				xasprintf("%s::%s%s%s", p, row->event,
					  row->umask ? ":" : "",
					  row->umask ? row->umask : "");
			struct pfm_code c = { 0 };

			if (pfm_encode(pfm, text, &c, NULL) != PFM_OK ||
			    (c.config & 0xffff) != row->right) {
				fprintf(stderr, "# %s\n", text);
				bad = 1;
			}
			pfm_code_done(&c);
		}
	}
	pfm_free(pfm);
	return bad;
}

static void every_correction_applies_to_an_event(void **state)
{
	(void)state;
	if (!have_tables())
		skip();
	in_child(check_rows);
}

static int pseudo_code(const char *pmu, const char *name, const char *help,
		       void *arg)
{
	AUTO_FREE char *text = xasprintf("%s::%s", pmu, name);
	struct pfm_code c = { 0 };
	uint64_t low;

	(void)help;
	if (pfm_encode(arg, text, &c, NULL) != PFM_OK)
		return 0;
	low = c.config & 0xffff;
	pfm_code_done(&c);
	if ((low & 0xff) == 0 && low != 0x300 && low != 0x400 &&
	    !(low == 0x100 && strstr(name, "PREC_DIST"))) {
		fprintf(stderr, "# %s is 0x%llx\n", text,
			(unsigned long long)low);
		return 1;
	}
	return 0;
}

static int check_pseudo_codes(void)
{
	static const char *const pmus[] = { "snb_ep", "ivb_ep", "hsw_ep",
					    "bdw_ep", "skl",    "skx",
					    "clx",    "icl",    "icx",
					    "spr",    "glm",    "tmt" };
	struct pfm *pfm = pfm_load(NULL);
	int bad = !pfm;

	for (size_t i = 0; i < ARRAY_LEN(pmus) && !bad; i++)
		bad = pfm_each_name(pfm, pmus[i], pseudo_code, pfm);
	pfm_free(pfm);
	return bad;
}

static void codes_of_fixed_counters_do_not_get_out(void **state)
{
	uint64_t config = 0x200, config1 = 0;

	(void)state;
	assert_int_equal(pfm_fix("skx", "X:Y", &config, &config1), -EINVAL);
	config = 0x200; /* an event of AMD's */
	assert_int_equal(pfm_fix("amd64_fam17h_zen2", "X:Y", &config, &config1),
			 0);
	if (!have_tables())
		skip();
	in_child(check_pseudo_codes);
}

static void a_mended_library_is_left_alone(void **state)
{
	uint64_t config = 0x2a4, config1 = 0;

	(void)state;
	assert_int_equal(pfm_fix("spr", "spr::TOPDOWN:BACKEND_BOUND_SLOTS",
				 &config, &config1),
			 0);
	assert_int_equal(config, 0x2a4);
	config = 0x200;
	assert_int_equal(pfm_fix("spr", "TOPDOWN:BACKEND_BOUND_SLOTS:c=1",
				 &config, &config1),
			 1);
	assert_int_equal(config, 0x2a4);
	config = 0x3cd; /* the same code of another event */
	assert_int_equal(
		pfm_fix("spr", "MEM_TRANS_RETIRED:LOAD", &config, &config1), 0);
	assert_int_equal(config, 0x3cd);
}

static void cpus_are_known_by_their_numbers(void **state)
{
	(void)state;
	assert_string_equal(pfm_pmu_of_cpu("GenuineIntel", 6, 85, 4), "skx");
	assert_string_equal(pfm_pmu_of_cpu("GenuineIntel", 6, 85, 7), "clx");
	assert_string_equal(pfm_pmu_of_cpu("GenuineIntel", 6, 207, 2), "spr");
	assert_string_equal(pfm_pmu_of_cpu("AuthenticAMD", 25, 17, 1),
			    "amd64_fam19h_zen4");
	assert_string_equal(pfm_pmu_of_cpu("AuthenticAMD", 25, 97, 2),
			    "amd64_fam19h_zen4");
	assert_string_equal(pfm_pmu_of_cpu("AuthenticAMD", 25, 33, 0),
			    "amd64_fam19h_zen3");
	assert_null(pfm_pmu_of_cpu("GenuineIntel", 6, 151, 2));
	assert_null(pfm_pmu_of_cpu("AuthenticAMD", 26, 2, 1));
	assert_null(pfm_pmu_of_cpu("", -1, -1, -1));
}

/* On a recorded Skylake, whatever this machine is. */
static const struct {
	const char *text;
	uint64_t config;
	unsigned exclude;
	bool level;
} resolved[] = {
	{ "INST_RETIRED:ANY_P", 0xc0, EVENT_EXCLUDE_GUEST, false },
	{ "INST_RETIRED.ANY_P:u", 0xc0,
	  EVENT_EXCLUDE_KERNEL | EVENT_EXCLUDE_HV | EVENT_EXCLUDE_GUEST, true },
	{ "skx::INST_RETIRED:ANY_P:k=1:c=2", 0x20000c0,
	  EVENT_EXCLUDE_USER | EVENT_EXCLUDE_HV | EVENT_EXCLUDE_GUEST, true },
	{ "inst_retired:any_p:uk", 0xc0, EVENT_EXCLUDE_HV | EVENT_EXCLUDE_GUEST,
	  true },
	{ "INST_RETIRED:ANY_P:mg=1:mh=0", 0xc0, EVENT_EXCLUDE_HOST, false },
	{ "INST_RETIRED:ANY_P:G", 0xc0, EVENT_EXCLUDE_HOST, false },
	{ "UOPS_RETIRED:STALL_CYCLES", 0x18002c2, EVENT_EXCLUDE_GUEST, false },
};

static int check_resolved(void)
{
	struct rootfs root = { unit_machine("skx-2s") };
	struct resolver *r = resolver_new(&root, NULL, 0);
	int bad = 0;

	for (size_t i = 0; i < ARRAY_LEN(resolved); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };
		const struct event *e;

		if (resolve_text(r, resolved[i].text, &list, &err) < 0) {
			fprintf(stderr, "# %s\n", err.what);
			bad = 1;
			continue;
		}
		e = list.items[0];
		if (e->link != EVENT_LINK_PFM || e->code.type != 4 ||
		    e->code.config != resolved[i].config ||
		    e->exclude != resolved[i].exclude ||
		    e->has_level != resolved[i].level || !e->hardware ||
		    strcmp(e->name, resolved[i].text) != 0) {
			fprintf(stderr, "# %s: 0x%llx, exclude 0x%x\n", e->name,
				(unsigned long long)e->code.config, e->exclude);
			bad = 1;
		}
	}
	resolver_free(r);
	return bad;
}

static void names_resolve_by_the_tables_of_the_cpu(void **state)
{
	(void)state;
	if (!have_tables())
		skip();
	in_child(check_resolved);
}

static const struct {
	const char *text, *says;
} refused[] = {
	{ "spr::INST_RETIRED:ANY_P", "PMU of another CPU" },
	{ "RETIRED_OPS", "no such event" }, /* of the host, perhaps */
	{ "skx::INST_RETIRE:ANY_P", "has no such event" },
	{ "skx::FOO", "has no such event" },
	{ "xyz::FOO", "knows no PMU 'xyz'" },
	{ "INST_RETIRED:ANY_Q", "but not what follows it" },
	{ "INST_RETIRED:ANY_P:cpu=1", "-C" },
	{ "skx_unc_imc0::UNC_M_CAS_COUNT:RD", "not on this machine" },
	{ "INST_RETIRED_ANY_P", "did you mean 'INST_RETIRED:ANY_P'" },
};

static int check_refused(void)
{
	struct rootfs root = { unit_machine("skx-2s") };
	struct resolver *r = resolver_new(&root, NULL, 0);
	int bad = 0;

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		AUTO(event_list_done) struct event_list list = { 0 };
		struct err err = { 0 };

		if (resolve_text(r, refused[i].text, &list, &err) == 0 ||
		    !strstr(err.what, refused[i].says)) {
			fprintf(stderr, "# %s: %s\n", refused[i].text,
				err.what);
			bad = 1;
		}
	}
	resolver_free(r);
	return bad;
}

static void what_is_known_but_not_here_says_so(void **state)
{
	(void)state;
	if (!have_tables())
		skip();
	in_child(check_refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_right_whatever_the_library_says),
		cmocka_unit_test(every_correction_applies_to_an_event),
		cmocka_unit_test(codes_of_fixed_counters_do_not_get_out),
		cmocka_unit_test(a_mended_library_is_left_alone),
		cmocka_unit_test(cpus_are_known_by_their_numbers),
		cmocka_unit_test(names_resolve_by_the_tables_of_the_cpu),
		cmocka_unit_test(what_is_known_but_not_here_says_so),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
