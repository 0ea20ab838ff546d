/*
 * "tacho doctor": what can be counted here, and for each thing that cannot,
 * the one cause and the one command that changes it.
 */
#include "cmd/cmd.h"

#include "base/auto.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "cmd/calibrate.h"
#include "cmd/opt.h"
#include "config.h"
#include "cpu/cpu.h"
#include "source/facts.h"
#include "source/probe.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

struct doctor_options {
	const char *format;
	const char *sysroot;
	bool calibrate;
	int verbose;
	bool help;
};

#define AT(field) offsetof(struct doctor_options, field)

static const struct opt options[] = {
	{ .kind = OPT_FLAG,
	  .name = "calibrate",
	  .help = "let the counters count what is known, and measure latency "
		  "and bandwidth; takes some seconds",
	  .offset = AT(calibrate) },
	{ .kind = OPT_STRING,
	  .name = "format",
	  .arg = "text|json",
	  .help = "how it is shown",
	  .offset = AT(format) },
	{ .kind = OPT_STRING,
	  .name = "sysroot",
	  .arg = "DIR",
	  .help = "look at the recorded machine below DIR; nothing is tried there",
	  .offset = AT(sysroot) },
	{ .kind = OPT_COUNT,
	  .letter = 'v',
	  .name = "verbose",
	  .help = "also say how decisions were reached",
	  .offset = AT(verbose) },
	{ .kind = OPT_FLAG,
	  .letter = 'h',
	  .name = "help",
	  .help = "this text",
	  .offset = AT(help) },
};

/* All that was found out; what one of the two writers shows. */
struct visit {
	bool recorded;
	struct cpu cpu;
	struct diagnose_facts facts;
	struct findings findings;
	bool calibrated;
	struct calibration calibration;
};

static void visit_done(struct visit *v)
{
	calibration_done(&v->calibration);
	cpu_done(&v->cpu);
	diagnose_facts_done(&v->facts);
	findings_done(&v->findings);
}

static const struct {
	const char *name;  /* in JSON */
	const char *words; /* for people */
} states[] = {
	[PROBE_NO_CODE] = { "not-encodable", "not encodable" },
	[PROBE_REFUSED] = { "refused", "encodable, does not open" },
	[PROBE_STARVED] = { "starved", "encodable, opens, gets no counter" },
	[PROBE_DEAD] = { "dead", "encodable, opens, stays zero" },
	[PROBE_COUNTS] = { "counts", "encodable, opens, counts" },
};
_Static_assert(ARRAY_LEN(states) == PROBE_COUNTS + 1, "one row per state");

static void print_row(const char *name, const char *text)
{
	printf("%-13s %s\n", name, text);
}

static void print_machine(const struct visit *v)
{
	const struct diagnose_facts *f = &v->facts;

	printf("%-13s %s%s%s%s\n", "cpu", v->cpu.model_name,
	       *v->cpu.model_name ? " (" : "", f->cpu_key,
	       *v->cpu.model_name ? ")" : "");
	printf("%-13s %zu CPU%s, %s%s%s%s%s%s\n", "machine", f->ncpus,
	       f->ncpus == 1 ? "" : "s",
	       *f->hypervisor ? "virtual: " : "not virtual", f->hypervisor,
	       *f->platform ? ", " : "", f->platform,
	       *f->container ? ", container: " : "", f->container);
	print_row("kernel", f->kernel);
	if (*f->kernel_said)
		printf("%-13s '%s'\n", "kernel said", f->kernel_said);
	printf("%-13s", "core PMU");
	for (size_t i = 0; i < v->cpu.ncore_types; i++)
		printf(" %s", v->cpu.core_types[i].pmu);
	puts(v->cpu.ncore_types ? "" : " none");
	if (f->group_accepted)
		printf("%-13s a group of %d fits, %d counted together\n",
		       "counters", f->group_accepted, f->group_ran);
	if (f->mux_ms)
		printf("%-13s groups take turns every %d ms\n", "turns",
		       f->mux_ms);
}

static void print_rights(const struct diagnose_facts *f)
{
	if (f->paranoid_known)
		printf("%-13s kernel.perf_event_paranoid=%d: %s\n", "level",
		       f->paranoid, diagnose_paranoid_meaning(f->paranoid));
	if (f->caps_known)
		printf("%-13s%s%s%s%s\n", "rights",
		       f->cap_perfmon ? " CAP_PERFMON" : "",
		       f->cap_sys_admin ? " CAP_SYS_ADMIN" : "",
		       f->cap_perfmon || f->cap_sys_admin ? "" : " none",
		       f->user_namespace ? " (of a user namespace)" : "");
	if (f->seccomp > 0)
		print_row("seccomp", "a filter is active");
}

static void print_probe(const struct probe *p)
{
	enum probe_state state = probe_state(p);

	printf("  %-28s %s", p->name, states[state].words);
	if (state == PROBE_REFUSED)
		printf(": %s", strerror(-p->error));
	if (state == PROBE_COUNTS && p->class == PROBE_CYCLES)
		printf(" (%.2f GHz seen)",
		       (double)p->count / (double)p->running_ns);
	putchar('\n');
}

static void print_finding(const struct finding *f)
{
	printf("\n  %s\n    %-7s %s\n    %-7s %s\n", f->what, "because", f->why,
	       "change", f->change);
}

static void print_text(const struct visit *v, bool verbose)
{
	const struct findings *found = &v->findings;

	print_machine(v);
	print_rights(&v->facts);
	if (v->recorded) {
		puts("\nThis is a recorded machine: nothing can be tried.");
		return;
	}
	puts("\nTried:");
	for (size_t i = 0; i < v->facts.nprobes; i++)
		print_probe(&v->facts.probes[i]);
	for (int limits = 0; limits < 2; limits++) {
		bool headed = false;

		for (size_t i = 0; i < found->n; i++) {
			if (found->items[i].limits != limits)
				continue;
			if (!headed)
				puts(limits ? "\nCounts, but not all at once:"
					    : "\nCannot be counted:");
			headed = true;
			print_finding(&found->items[i]);
		}
	}
	if (v->calibrated)
		calibration_print(&v->calibration, verbose);
	printf("\nHardware counters %s.\n", diagnose_hardware_counts(&v->facts)
						    ? "count"
						    : "do not count here");
}

/* "" becomes null: there is no such thing */
static json_t *json_text(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *json_machine(const struct visit *v)
{
	const struct diagnose_facts *f = &v->facts;
	json_t *pmus = json_array();

	for (size_t i = 0; i < v->cpu.ncore_types; i++)
		json_array_append_new(pmus,
				      json_string(v->cpu.core_types[i].pmu));
	return json_pack(
		"{s:s, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o}",
		"arch", cpu_arch_name(v->cpu.arch), "model",
		json_text(v->cpu.model_name), "key", f->cpu_key, "hypervisor",
		json_text(f->hypervisor), "platform", json_text(f->platform),
		"container", json_text(f->container), "kernel",
		json_text(f->kernel), "kernel_said", json_text(f->kernel_said),
		"cpus", (json_int_t)f->ncpus, "core_pmus", pmus, "mux_ms",
		f->mux_ms ? json_integer(f->mux_ms) : json_null(), "counters",
		f->group_accepted
			? json_pack("{s:i, s:i}", "fit", f->group_accepted,
				    "counted", f->group_ran)
			: json_null());
}

static json_t *json_rights(const struct diagnose_facts *f)
{
	return json_pack(
		"{s:o, s:o, s:o, s:b, s:o, s:b, s:I, s:I}",
		"perf_event_paranoid",
		f->paranoid_known ? json_integer(f->paranoid) : json_null(),
		"cap_perfmon",
		f->caps_known ? json_boolean(f->cap_perfmon) : json_null(),
		"cap_sys_admin",
		f->caps_known ? json_boolean(f->cap_sys_admin) : json_null(),
		"user_namespace", f->user_namespace, "seccomp",
		f->seccomp < 0 ? json_null() : json_integer(f->seccomp),
		"nmi_watchdog", f->nmi_watchdog, "nofile_soft",
		(json_int_t)f->nofile_soft, "nofile_hard",
		(json_int_t)f->nofile_hard);
}

static json_t *json_probe(const struct probe *p)
{
	enum probe_state state = probe_state(p);

	return json_pack(
		"{s:s, s:s, s:b, s:b, s:b, s:o, s:I, s:I, s:I}", "name",
		p->name, "state", states[state].name, "encodable", p->encodable,
		"opens", state > PROBE_REFUSED, "counts", state == PROBE_COUNTS,
		"error",
		state == PROBE_REFUSED ? json_string(strerror(-p->error))
				       : json_null(),
		"count", (json_int_t)p->count, "enabled_ns",
		(json_int_t)p->enabled_ns, "running_ns",
		(json_int_t)p->running_ns);
}

static void print_json(const struct visit *v)
{
	json_t *probes = json_array(), *findings = json_array(), *all;

	for (size_t i = 0; i < v->facts.nprobes; i++)
		json_array_append_new(probes, json_probe(&v->facts.probes[i]));
	for (size_t i = 0; i < v->findings.n; i++) {
		const struct finding *f = &v->findings.items[i];

		json_array_append_new(
			findings,
			json_pack("{s:s, s:s, s:s, s:s, s:b}", "what", f->what,
				  "cause", cause_name(f->cause), "why", f->why,
				  "change", f->change, "limits", f->limits));
	}
	all = json_pack("{s:s, s:s, s:b, s:b, s:o, s:o, s:o, s:o}", "schema",
			"tacho-doctor-1", "tacho", PACKAGE_VERSION, "recorded",
			v->recorded, "hardware_counts",
			diagnose_hardware_counts(&v->facts), "machine",
			json_machine(v), "rights", json_rights(&v->facts),
			"probes", probes, "findings", findings);
	if (v->calibrated)
		json_object_set_new(all, "calibration",
				    calibration_json(&v->calibration));
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12));
	putchar('\n');
	json_decref(all);
}

static int usage_error(const struct err *err)
{
	fprintf(stderr, "tacho doctor: %s\n", err->what);
	if (*err->hint)
		fprintf(stderr, "  try: %s\n", err->hint);
	return CMD_USAGE;
}

static int parse_options(int argc, char **argv, struct doctor_options *ret,
			 struct err *err)
{
	struct doctor_options o = { .format = "text" };
	int first = opt_parse(options, ARRAY_LEN(options), &o, argc, argv, err);

	if (first < 0)
		return first;
	if (first < argc) {
		err_set(err, -EINVAL, "unexpected argument '%s'", argv[first]);
		err_hint(err, "tacho doctor --help");
		return -EINVAL;
	}
	if (strcmp(o.format, "text") != 0 && strcmp(o.format, "json") != 0) {
		err_set(err, -EINVAL, "--format: '%s' is neither text nor json",
			o.format);
		return -EINVAL;
	}
	if (o.sysroot && o.calibrate)
		return err_set(err, -EINVAL,
			       "--calibrate: a recorded machine cannot be "
			       "measured");
	if (o.sysroot && access(o.sysroot, R_OK | X_OK) < 0)
		return err_set(err, -errno, "cannot open '%s': %s", o.sysroot,
			       strerror(errno));
	*ret = o;
	return 0;
}

static void visit(const struct rootfs *root, bool calibrate, struct visit *v)
{
	v->recorded = rootfs_is_recorded(root);
	cpu_detect(root, &v->cpu);
	facts_gather(root, &v->cpu, &v->facts);
	facts_gather_process(root, &v->facts);
	if (v->recorded)
		return;
	facts_gather_kernel_line(&v->facts);
	probe_counters(&perf_sys_kernel, root, &v->cpu, &v->facts);
	diagnose(&v->facts, &v->findings);
	if (calibrate)
		calibration_run(root, &v->cpu, &v->facts, &v->calibration);
	v->calibrated = calibrate;
}

int cmd_doctor(int argc, char **argv)
{
	AUTO(visit_done) struct visit v = { 0 };
	struct doctor_options o = { 0 };
	struct err err = { 0 };
	struct rootfs root;

	if (parse_options(argc, argv, &o, &err) < 0)
		return usage_error(&err);
	if (o.help) {
		puts("usage: tacho doctor [OPTIONS]\n\n"
		     "Tells what can be counted here, and what to do about the "
		     "rest.\n"
		     "The exit status is 0 only when hardware counters really "
		     "count and, with\n--calibrate, none is wrong or dead.\n\n"
		     "options:");
		opt_print(stdout, options, ARRAY_LEN(options));
		return CMD_OK;
	}
	log_set_level(o.verbose);
	root.prefix = o.sysroot ? o.sysroot : "";
	visit(&root, o.calibrate, &v);
	if (strcmp(o.format, "json") == 0)
		print_json(&v);
	else
		print_text(&v, o.verbose > 0);
	return diagnose_hardware_counts(&v.facts) &&
			       calibration_trusts(&v.calibration)
		       ? CMD_OK
		       : CMD_FAILED;
}
