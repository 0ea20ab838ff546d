#include "source/diagnose.h"

#include "base/auto.h"
#include "base/vec.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

/* What a machine is like on which everything counts. */
static struct diagnose_facts healthy(void)
{
	struct diagnose_facts f = {
		.cpu_key = "GenuineIntel 6/143 step 8",
		.kernel = "6.1.0",
		.core_pmu = true,
		.pmus_known = true,
		.paranoid_known = true,
		.paranoid = 2,
		.caps_known = true,
		.tracefs = TRACEFS_READABLE,
		.nofile_soft = 1024,
		.nofile_hard = 1048576,
		.ncpus = 8,
	};

	return f;
}

/* One row per cause: one probe that fails in facts that differ from health. */
static const struct row {
	const char *name;
	enum probe_class class;
	int error; /* of opening; 0: see starved, dead, no_code */
	bool starved, dead, no_code;
	const char *hypervisor, *platform, *container;
	bool no_core_pmu, no_sysctl, no_caps_known;
	int paranoid; /* 0: the healthy 2; write -1 + 1 as zero_level */
	bool zero_level;
	bool cap_perfmon, cap_sys_admin, user_namespace, selinux;
	int seccomp;
	enum tracefs_state tracefs;
	/* what must come out */
	enum cause cause;
	const char *why, *change;
} rows[] = {
	{ .name = "kvm without pmu",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "KVM",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "no PMU in this virtual machine (KVM)",
	  .change = "-cpu host,pmu=on" },
	{ .name = "a missing pmu is not a question of permission",
	  .class = PROBE_CYCLES,
	  .error = -EACCES,
	  .hypervisor = "KVM",
	  .no_core_pmu = true,
	  .paranoid = 3,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "no PMU in this virtual machine (KVM)",
	  .change = "virsh edit" },
	{ .name = "firecracker",
	  .class = PROBE_INSTRUCTIONS,
	  .error = -ENOENT,
	  .hypervisor = "KVM",
	  .platform = "Firecracker",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "(KVM, Firecracker)",
	  .change = "Firecracker has no PMU to give" },
	{ .name = "cloud",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "KVM",
	  .platform = "Amazon EC2 m5.large",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "Amazon EC2 m5.large",
	  .change = ".metal" },
	{ .name = "google",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "KVM",
	  .platform = "Google Google Compute Engine",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "virtual machine",
	  .change = "--performance-monitoring-unit" },
	{ .name = "vmware",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "VMware",
	  .platform = "VMware, Inc. VMware Virtual Platform",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "(VMware",
	  .change = "vpmc.enable" },
	{ .name = "hyper-v",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "Hyper-V",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "(Hyper-V)",
	  .change = "Set-VMProcessor" },
	{ .name = "xen",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "Xen",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "(Xen)",
	  .change = "vpmu=on" },
	{ .name = "a hypervisor without a name",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .hypervisor = "unknown",
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_PMU_IN_VM,
	  .why = "no PMU in this virtual machine",
	  .change = "ask who runs the hypervisor" },
	{ .name = "kernel older than the cpu",
	  .class = PROBE_CYCLES,
	  .error = -ENOENT,
	  .no_core_pmu = true,
	  .cause = CAUSE_NO_DRIVER,
	  .why = "no PMU driver for this CPU (GenuineIntel 6/143 step 8)",
	  .change = "newer kernel than 6.1.0" },
	{ .name = "an event that this pmu lacks",
	  .class = PROBE_BRANCHES,
	  .error = -ENOENT,
	  .cause = CAUSE_NO_EVENT,
	  .why = "no such event",
	  .change = "tacho list" },
	{ .name = "kernel mode at 2",
	  .class = PROBE_KERNEL,
	  .error = -EACCES,
	  .cause = CAUSE_PARANOID,
	  .why = "perf_event_paranoid is 2, and this process has no "
		 "CAP_PERFMON",
	  .change = "sudo sysctl kernel.perf_event_paranoid=1" },
	{ .name = "cpu-wide at 1",
	  .class = PROBE_CPU_WIDE,
	  .error = -EACCES,
	  .paranoid = 1,
	  .cause = CAUSE_PARANOID,
	  .why = "perf_event_paranoid is 1",
	  .change = "kernel.perf_event_paranoid=0" },
	{ .name = "uncore at 1",
	  .class = PROBE_UNCORE,
	  .error = -EACCES,
	  .paranoid = 1,
	  .cause = CAUSE_PARANOID,
	  .why = "perf_event_paranoid is 1",
	  .change = "kernel.perf_event_paranoid=0" },
	{ .name = "tracepoint at 2",
	  .class = PROBE_TRACEPOINT,
	  .error = -EACCES,
	  .cause = CAUSE_PARANOID,
	  .why = "perf_event_paranoid is 2",
	  .change = "kernel.perf_event_paranoid=1" },
	{ .name = "anything at debian's 3",
	  .class = PROBE_SOFTWARE,
	  .error = -EACCES,
	  .paranoid = 3,
	  .cause = CAUSE_PARANOID,
	  .why = "is 3, and this process has no CAP_SYS_ADMIN",
	  .change = "kernel.perf_event_paranoid=2" },
	{ .name = "anything at ubuntu's 4",
	  .class = PROBE_CYCLES,
	  .error = -EACCES,
	  .paranoid = 4,
	  .cause = CAUSE_PARANOID,
	  .why = "is 4, and this process has no CAP_SYS_ADMIN",
	  .change = "kernel.perf_event_paranoid=2" },
	{ .name = "in a container the host is asked",
	  .class = PROBE_KERNEL,
	  .error = -EACCES,
	  .container = "podman",
	  .cause = CAUSE_PARANOID,
	  .why = "perf_event_paranoid is 2",
	  .change = "on the host: sudo sysctl" },
	{ .name = "CAP_PERFMON is not enough at 3",
	  .class = PROBE_CYCLES,
	  .error = -EACCES,
	  .paranoid = 3,
	  .cap_perfmon = true,
	  .cause = CAUSE_CAPABILITY,
	  .why = "CAP_PERFMON is not enough",
	  .change = "kernel.perf_event_paranoid=2" },
	{ .name = "capabilities of a user namespace",
	  .class = PROBE_KERNEL,
	  .error = -EACCES,
	  .cap_perfmon = true,
	  .cap_sys_admin = true,
	  .user_namespace = true,
	  .cause = CAUSE_PARANOID,
	  .why = "capabilities of a user namespace do not count",
	  .change = "kernel.perf_event_paranoid=1" },
	{ .name = "no word of capabilities that nobody could look at",
	  .class = PROBE_KERNEL,
	  .error = -EACCES,
	  .no_caps_known = true,
	  .cause = CAUSE_PARANOID,
	  .why = "perf_event_paranoid is 2",
	  .change = "kernel.perf_event_paranoid=1" },
	{ .name = "seccomp says EPERM whatever the level",
	  .class = PROBE_CYCLES,
	  .error = -EPERM,
	  .paranoid = 4,
	  .seccomp = 2,
	  .container = "docker",
	  .cause = CAUSE_SECCOMP,
	  .why = "a seccomp filter of docker",
	  .change = "docker run --cap-add PERFMON" },
	{ .name = "seccomp says EACCES",
	  .class = PROBE_SOFTWARE,
	  .error = -EACCES,
	  .seccomp = 2,
	  .container = "kubernetes",
	  .cause = CAUSE_SECCOMP,
	  .why = "a seccomp filter of kubernetes",
	  .change = "securityContext" },
	{ .name = "seccomp says ENOSYS",
	  .class = PROBE_CYCLES,
	  .error = -ENOSYS,
	  .seccomp = 2,
	  .cause = CAUSE_SECCOMP,
	  .why = "a seccomp filter refuses",
	  .change = "SystemCallFilter" },
	{ .name = "a level that allows it, and no filter",
	  .class = PROBE_SOFTWARE,
	  .error = -EACCES,
	  .zero_level = true,
	  .cause = CAUSE_REFUSED,
	  .why = "a security module",
	  .change = "/sys/kernel/security/lsm" },
	{ .name = "selinux",
	  .class = PROBE_CPU_WIDE,
	  .error = -EACCES,
	  .cap_sys_admin = true,
	  .selinux = true,
	  .cause = CAUSE_REFUSED,
	  .why = "SELinux",
	  .change = "ausearch" },
	{ .name = "kernel without perf events",
	  .class = PROBE_SOFTWARE,
	  .error = -ENOSYS,
	  .no_sysctl = true,
	  .no_core_pmu = true,
	  .hypervisor = "KVM",
	  .cause = CAUSE_NO_PERF_EVENTS,
	  .why = "without perf events",
	  .change = "CONFIG_PERF_EVENTS=y" },
	{ .name = "descriptors",
	  .class = PROBE_CYCLES,
	  .error = -EMFILE,
	  .cause = CAUSE_NOFILE,
	  .why = "1048576 file descriptors",
	  .change = "prlimit" },
	{ .name = "busy",
	  .class = PROBE_CYCLES,
	  .error = -EBUSY,
	  .cause = CAUSE_BUSY,
	  .why = "somebody else holds",
	  .change = "-lname '*perf_event*'" },
	{ .name = "opens and gets no turn",
	  .class = PROBE_CYCLES,
	  .starved = true,
	  .cause = CAUSE_BUSY,
	  .why = "somebody else holds",
	  .change = "-lname '*perf_event*'" },
	{ .name = "opens and stays zero in a guest",
	  .class = PROBE_CYCLES,
	  .dead = true,
	  .hypervisor = "VMware",
	  .cause = CAUSE_DEAD_IN_VM,
	  .why = "stays zero: the PMU of this virtual machine (VMware)",
	  .change = "vpmc.enable" },
	{ .name = "opens and stays zero",
	  .class = PROBE_INSTRUCTIONS,
	  .dead = true,
	  .cause = CAUSE_DEAD,
	  .why = "stays zero",
	  .change = "dmesg" },
	{ .name = "tracefs not mounted",
	  .class = PROBE_TRACEPOINT,
	  .no_code = true,
	  .tracefs = TRACEFS_UNMOUNTED,
	  .cause = CAUSE_TRACEFS_UNMOUNTED,
	  .why = "not mounted",
	  .change = "sudo mount -t tracefs" },
	{ .name = "tracefs not for us",
	  .class = PROBE_TRACEPOINT,
	  .no_code = true,
	  .tracefs = TRACEFS_UNREADABLE,
	  .cause = CAUSE_TRACEFS_UNREADABLE,
	  .why = "not for you",
	  .change = "remount,mode=755" },
	{ .name = "no tracing",
	  .class = PROBE_TRACEPOINT,
	  .no_code = true,
	  .tracefs = TRACEFS_MISSING,
	  .cause = CAUSE_TRACEFS_MISSING,
	  .why = "without tracing",
	  .change = "CONFIG_FTRACE=y" },
	{ .name = "an errno that says it all",
	  .class = PROBE_CYCLES,
	  .error = -ENOMEM,
	  .cause = CAUSE_OTHER,
	  .why = "Cannot allocate memory",
	  .change = "tacho doctor -v" },
};

static struct probe probe_of(const struct row *row)
{
	struct probe p = {
		.class = row->class,
		.name = "thing",
		.encodable = !row->no_code,
		.error = row->error,
		.enabled_ns = 1000,
		.running_ns = row->starved ? 0 : 1000,
		.count = row->dead ? 0 : 1000,
	};

	return p;
}

static struct diagnose_facts facts_of(const struct row *row)
{
	struct diagnose_facts f = healthy();

	if (row->hypervisor)
		strcpy(f.hypervisor, row->hypervisor);
	if (row->platform)
		strcpy(f.platform, row->platform);
	if (row->container)
		strcpy(f.container, row->container);
	f.core_pmu = !row->no_core_pmu;
	f.paranoid_known = !row->no_sysctl;
	f.caps_known = !row->no_caps_known;
	if (row->paranoid || row->zero_level)
		f.paranoid = row->paranoid;
	f.cap_perfmon = row->cap_perfmon;
	f.cap_sys_admin = row->cap_sys_admin;
	f.user_namespace = row->user_namespace;
	f.selinux = row->selinux;
	f.seccomp = row->seccomp;
	f.tracefs = row->tracefs;
	return f;
}

static void assert_says(const char *name, const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("%s: '%s' lacks '%s'", name, text, part);
}

static void each_cause_has_its_words_and_its_command(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		AUTO(diagnose_facts_done)
		struct diagnose_facts facts = facts_of(row);
		AUTO(findings_done) struct findings found = { 0 };

		VEC_PUSH(facts.probes, facts.nprobes, probe_of(row));
		diagnose(&facts, &found);
		if (found.n != 1)
			fail_msg("%s: %zu findings", row->name, found.n);
		if (found.items[0].cause != row->cause)
			fail_msg("%s: %s", row->name,
				 cause_name(found.items[0].cause));
		assert_string_equal(found.items[0].what, "thing");
		assert_says(row->name, found.items[0].why, row->why);
		assert_says(row->name, found.items[0].change, row->change);
		assert_false(found.items[0].limits);
	}
}

/* The table has to grow with the enum. */
static void every_cause_is_in_the_table(void **state)
{
	bool seen[CAUSES] = { [CAUSE_NONE] = true,
			      [CAUSE_WATCHDOG] = true /* a limit, below */ };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		seen[rows[i].cause] = true;
	for (int i = 0; i < CAUSES; i++) {
		assert_non_null(cause_name((enum cause)i));
		if (!seen[i])
			fail_msg("no row for '%s'", cause_name((enum cause)i));
	}
}

static bool is_hardware(const struct row *row)
{
	return row->class >= PROBE_CYCLES && row->class <= PROBE_CACHE;
}

static void open_failure(const struct row *row,
			 const struct diagnose_facts *facts, struct err *err)
{
	diagnose_open_failure(
		facts, is_hardware(row),
		row->class == PROBE_KERNEL || row->class == PROBE_UNCORE,
		row->class == PROBE_CPU_WIDE || row->class == PROBE_UNCORE,
		row->error, err);
}

/* Where the process is said not to matter, the opposite of it does not. */
static void the_process_is_asked_where_it_matters(void **state)
{
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		AUTO(diagnose_facts_done)
		struct diagnose_facts facts = facts_of(row);
		struct err err = { 0 }, other = { 0 };

		if (diagnose_asks_process(&facts, is_hardware(row), row->error))
			continue;
		n++;
		open_failure(row, &facts, &err);
		facts.caps_known = !facts.caps_known;
		facts.cap_perfmon = !facts.cap_perfmon;
		facts.cap_sys_admin = !facts.cap_sys_admin;
		facts.user_namespace = !facts.user_namespace;
		facts.seccomp = facts.seccomp == 2 ? 0 : 2;
		strcpy(facts.container, *facts.container ? "" : "docker");
		facts.nofile_soft = facts.nofile_hard = 7;
		open_failure(row, &facts, &other);
		assert_string_equal(err.what, other.what);
		assert_string_equal(err.hint, other.hint);
	}
	assert_true(n > 0);
}

static void stat_and_doctor_say_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		AUTO(diagnose_facts_done)
		struct diagnose_facts facts = facts_of(row);
		AUTO(findings_done) struct findings found = { 0 };
		struct err err = { 0 };

		if (!row->error || row->class == PROBE_TRACEPOINT)
			continue;
		VEC_PUSH(facts.probes, facts.nprobes, probe_of(row));
		diagnose(&facts, &found);
		open_failure(row, &facts, &err);
		assert_int_equal(err.code, row->error);
		assert_says(row->name, err.what, found.items[0].why);
		assert_says(row->name, err.what, "; see 'tacho doctor'");
		assert_string_equal(err.hint, found.items[0].change);
		assert_null(strchr(err.what, '\n'));
	}
}

static void add_counting(struct diagnose_facts *f, enum probe_class class)
{
	VEC_PUSH(f->probes, f->nprobes,
		 ((struct probe){ .class = class,
				  .name = "thing",
				  .encodable = true,
				  .count = 1,
				  .enabled_ns = 1,
				  .running_ns = 1 }));
}

static void health_has_no_findings(void **state)
{
	AUTO(diagnose_facts_done) struct diagnose_facts f = healthy();
	AUTO(findings_done) struct findings found = { 0 };

	(void)state;
	for (int class = 0; class < PROBE_CLASSES; class ++)
		add_counting(&f, (enum probe_class) class);
	f.group_accepted = f.group_ran = 7;
	diagnose(&f, &found);
	assert_int_equal(found.n, 0);
	assert_true(diagnose_hardware_counts(&f));
}

static void software_alone_is_not_hardware(void **state)
{
	AUTO(diagnose_facts_done) struct diagnose_facts f = healthy();

	(void)state;
	add_counting(&f, PROBE_SOFTWARE);
	add_counting(&f, PROBE_TRACEPOINT);
	add_counting(&f, PROBE_CPU_WIDE);
	assert_false(diagnose_hardware_counts(&f));
	add_counting(&f, PROBE_CYCLES);
	assert_true(diagnose_hardware_counts(&f));
	f.probes[3].count = 0;
	assert_false(diagnose_hardware_counts(&f));
}

static void a_taken_counter_is_a_limit(void **state)
{
	AUTO(diagnose_facts_done) struct diagnose_facts f = healthy();
	AUTO(findings_done) struct findings watchdog = { 0 };
	AUTO(findings_done) struct findings others = { 0 };

	(void)state;
	add_counting(&f, PROBE_CYCLES);
	f.group_accepted = 6;
	f.group_ran = 5;
	f.nmi_watchdog = true;
	diagnose(&f, &watchdog);
	assert_int_equal(watchdog.n, 1);
	assert_int_equal(watchdog.items[0].cause, CAUSE_WATCHDOG);
	assert_true(watchdog.items[0].limits);
	assert_string_equal(watchdog.items[0].what,
			    "more than 5 counters at once");
	assert_string_equal(watchdog.items[0].change,
			    "sudo sysctl kernel.nmi_watchdog=0");
	f.nmi_watchdog = false;
	diagnose(&f, &others);
	assert_int_equal(others.n, 1);
	assert_int_equal(others.items[0].cause, CAUSE_BUSY);
}

static void few_descriptors_are_a_limit(void **state)
{
	AUTO(diagnose_facts_done) struct diagnose_facts f = healthy();
	AUTO(findings_done) struct findings found = { 0 };

	(void)state;
	f.nofile_hard = 64;
	diagnose(&f, &found);
	assert_int_equal(found.n, 1);
	assert_int_equal(found.items[0].cause, CAUSE_NOFILE);
	assert_string_equal(found.items[0].what, "eight events on 8 CPUs");
	assert_true(found.items[0].limits);
}

static void one_cause_is_told_once(void **state)
{
	AUTO(diagnose_facts_done) struct diagnose_facts f = healthy();
	AUTO(findings_done) struct findings found = { 0 };

	(void)state;
	for (int class = 0; class < PROBE_CLASSES; class ++) {
		add_counting(&f, (enum probe_class) class);
		f.probes[class].error = -EACCES;
	}
	f.paranoid = 4;
	diagnose(&f, &found);
	/* by what the level has to become: 2, 1 and 0 */
	assert_int_equal(found.n, 3);
	assert_string_equal(found.items[0].what,
			    "thing, thing, thing, thing, thing");
	assert_string_equal(found.items[1].what, "thing, thing");
	assert_string_equal(found.items[2].what, "thing, thing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cause_has_its_words_and_its_command),
		cmocka_unit_test(every_cause_is_in_the_table),
		cmocka_unit_test(stat_and_doctor_say_the_same),
		cmocka_unit_test(the_process_is_asked_where_it_matters),
		cmocka_unit_test(health_has_no_findings),
		cmocka_unit_test(software_alone_is_not_hardware),
		cmocka_unit_test(a_taken_counter_is_a_limit),
		cmocka_unit_test(few_descriptors_are_a_limit),
		cmocka_unit_test(one_cause_is_told_once),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
