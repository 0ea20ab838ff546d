/* Where numbers come from; see provenance.h. */
#include "record/provenance.h"

#include "base/auto.h"
#include "base/strbuf.h"
#include "base/vec.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CPU_DIR "/sys/devices/system/cpu"

static const char *const keys[] = {
	[PROVENANCE_TACHO] = "tacho",
	[PROVENANCE_SOURCE] = "source",
	[PROVENANCE_SIMULATOR] = "simulator",
	[PROVENANCE_HOST] = "host",
	[PROVENANCE_CPU_KEY] = "cpu",
	[PROVENANCE_CPU_MODEL] = "cpu_model",
	[PROVENANCE_CPUS] = "cpus_online",
	[PROVENANCE_MICROCODE] = "microcode",
	[PROVENANCE_HYPERVISOR] = "hypervisor",
	[PROVENANCE_PLATFORM] = "platform",
	[PROVENANCE_KERNEL] = "kernel",
	[PROVENANCE_GOVERNOR] = "governor",
	[PROVENANCE_SMT] = "smt",
	[PROVENANCE_BOOST] = "boost",
	[PROVENANCE_THP] = "thp",
	[PROVENANCE_ASLR] = "aslr",
	[PROVENANCE_WATCHDOG] = "nmi_watchdog",
	[PROVENANCE_LOAD] = "load",
	[PROVENANCE_COMMAND] = "command",
	[PROVENANCE_DIRECTORY] = "directory",
	[PROVENANCE_ENVIRONMENT] = "environment",
	[PROVENANCE_ENVIRONMENT_BYTES] = "environment_bytes",
	[PROVENANCE_PROGRAM] = "program",
	[PROVENANCE_BUILD_ID] = "build_id",
	[PROVENANCE_COMPILER] = "compiler",
	[PROVENANCE_OPTIMISATION] = "optimisation",
	[PROVENANCE_LEVEL] = "level",
	[PROVENANCE_INSTRUMENTATION] = "instrumentation",
};
_Static_assert(ARRAY_LEN(keys) == PROVENANCES, "one each");

const char *provenance_key(enum provenance_what what)
{
	return keys[what];
}

void provenance_set(struct provenance *p, enum provenance_what what,
		    const char *text)
{
	free(p->items[what]);
	p->items[what] = text ? xstrdup(text) : NULL;
}

void provenance_done(struct provenance *p)
{
	for (size_t i = 0; i < PROVENANCES; i++)
		free(p->items[i]);
	for (size_t i = 0; i < p->nvariables; i++)
		free(p->variables[i]);
	free(p->variables);
	*p = (struct provenance){ 0 };
}

/* ---- the machine ---- */

static void set_number(struct provenance *p, enum provenance_what what,
		       uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, n);
	provenance_set(p, what, text);
}

/* The same file of every CPU: its text, or "a, b" when they differ. */
static void set_of_cpus(const struct rootfs *root, const char *file,
			enum provenance_what what, struct provenance *p)
{
	AUTO_FREE char *online = NULL;
	AUTO(strbuf_done) struct strbuf all = { 0 };
	AUTO(cpuset_done) struct cpuset cpus = { 0 };
	char **seen = NULL;
	size_t n = 0;

	if (rootfs_read(root, &online, CPU_DIR "/online") < 0 ||
	    cpuset_parse(online, &cpus, NULL) < 0)
		return;
	for (size_t i = 0; i < cpus.n; i++) {
		char *text = NULL;
		bool known = false;

		if (rootfs_read(root, &text, CPU_DIR "/cpu%d/%s", cpus.cpus[i],
				file) < 0)
			continue;
		for (size_t k = 0; k < n && !known; k++)
			known = !strcmp(seen[k], text);
		if (known)
			free(text);
		else
			VEC_PUSH(seen, n, text);
	}
	for (size_t i = 0; i < n; i++) {
		strbuf_addf(&all, "%s%s", i ? ", " : "", seen[i]);
		free(seen[i]);
	}
	free(seen);
	if (n)
		provenance_set(p, what, strbuf_str(&all));
}

/* "microcode : 0x2b000461" of the first CPU, where sysfs does not say it. */
static void set_microcode(const struct rootfs *root, struct provenance *p)
{
	AUTO_FREE char *text = NULL;
	const char *at, *end;

	set_of_cpus(root, "microcode/version", PROVENANCE_MICROCODE, p);
	if (p->items[PROVENANCE_MICROCODE] ||
	    rootfs_read(root, &text, "/proc/cpuinfo") < 0)
		return;
	at = strstr(text, "\nmicrocode");
	at = at ? strchr(at + 1, ':') : NULL;
	if (!at)
		return;
	at += 1 + strspn(at + 1, " \t");
	end = at + strcspn(at, "\n");
	if (end > at)
		p->items[PROVENANCE_MICROCODE] =
			xstrndup(at, (size_t)(end - at));
}

static void set_boost(const struct rootfs *root, struct provenance *p)
{
	uint64_t flag;

	if (rootfs_read_u64(root, &flag, CPU_DIR "/intel_pstate/no_turbo") == 0)
		provenance_set(p, PROVENANCE_BOOST, flag ? "off" : "on");
	else if (rootfs_read_u64(root, &flag, CPU_DIR "/cpufreq/boost") == 0)
		provenance_set(p, PROVENANCE_BOOST, flag ? "on" : "off");
}

/* "always [madvise] never": the one in brackets */
static void set_thp(const struct rootfs *root, struct provenance *p)
{
	AUTO_FREE char *text = NULL;
	const char *begin;

	if (rootfs_read(root, &text,
			"/sys/kernel/mm/transparent_hugepage/enabled") < 0)
		return;
	begin = strchr(text, '[');
	if (!begin || !strchr(begin, ']'))
		return;
	*strchr(begin, ']') = '\0';
	provenance_set(p, PROVENANCE_THP, begin + 1);
}

static void set_load(const struct rootfs *root, struct provenance *p)
{
	AUTO_FREE char *text = NULL;

	if (rootfs_read(root, &text, "/proc/loadavg") < 0)
		return;
	text[strcspn(text, " ")] = '\0';
	provenance_set(p, PROVENANCE_LOAD, text);
}

static void set_knobs(const struct rootfs *root, struct provenance *p)
{
	static const char *const aslr[] = { "off", "partial", "full" };
	uint64_t flag;

	if (rootfs_read_u64(root, &flag, CPU_DIR "/smt/active") == 0)
		provenance_set(p, PROVENANCE_SMT, flag ? "on" : "off");
	if (rootfs_read_u64(root, &flag,
			    "/proc/sys/kernel/randomize_va_space") == 0 &&
	    flag < ARRAY_LEN(aslr))
		provenance_set(p, PROVENANCE_ASLR, aslr[flag]);
	if (rootfs_read_u64(root, &flag, "/proc/sys/kernel/nmi_watchdog") == 0)
		provenance_set(p, PROVENANCE_WATCHDOG, flag ? "on" : "off");
}

static void set_names(const struct rootfs *root, struct provenance *p)
{
	AUTO_FREE char *online = NULL;
	AUTO_FREE char *kernel = NULL;
	AUTO(cpuset_done) struct cpuset cpus = { 0 };
	struct utsname uts;

	if (rootfs_read(root, &online, CPU_DIR "/online") == 0 &&
	    cpuset_parse(online, &cpus, NULL) == 0)
		set_number(p, PROVENANCE_CPUS, cpus.n);
	if (rootfs_is_recorded(root) || uname(&uts) < 0)
		return;
	kernel = xasprintf("%s %s %s", uts.sysname, uts.release, uts.machine);
	provenance_set(p, PROVENANCE_KERNEL, kernel);
	provenance_set(p, PROVENANCE_HOST, uts.nodename);
}

void provenance_of_machine(const struct rootfs *root, const struct cpu *cpu,
			   struct provenance *p)
{
	AUTO_FREE char *key = cpu_key(cpu);

	provenance_set(p, PROVENANCE_CPU_KEY, key);
	if (*cpu->model_name)
		provenance_set(p, PROVENANCE_CPU_MODEL, cpu->model_name);
	provenance_set(p, PROVENANCE_HYPERVISOR,
		       *cpu->hypervisor ? cpu->hypervisor : "none");
	if (*cpu->platform)
		provenance_set(p, PROVENANCE_PLATFORM, cpu->platform);
	set_names(root, p);
	set_microcode(root, p);
	set_of_cpus(root, "cpufreq/scaling_governor", PROVENANCE_GOVERNOR, p);
	set_boost(root, p);
	set_thp(root, p);
	set_load(root, p);
	set_knobs(root, p);
}

/* ---- the process ---- */

/* What every shell sets anew says nothing about the surroundings. */
static bool is_passing(const char *variable)
{
	static const char *const names[] = { "_", "OLDPWD", "PWD", "SHLVL" };
	size_t len = strcspn(variable, "=");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len &&
		    !strncmp(names[i], variable, len))
			return true;
	return false;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* FNV-1a, 64 bits: enough to tell whether two are equal. */
static uint64_t hash(uint64_t h, const char *text)
{
	do {
		h = (h ^ (unsigned char)*text) * 0x100000001b3u;
	} while (*text++);
	return h;
}

static void set_environment(char *const *environment, struct provenance *p)
{
	uint64_t h = 0xcbf29ce484222325u, bytes = 0;
	AUTO_FREE char **sorted = NULL;
	size_t n = 0;
	char text[24];

	for (; environment && *environment; environment++) {
		bytes += strlen(*environment) + 1;
		if (!is_passing(*environment))
			VEC_PUSH(sorted, n, *environment);
	}
	if (n)
		qsort(sorted, n, sizeof(*sorted), by_text);
	for (size_t i = 0; i < n; i++) {
		h = hash(h, sorted[i]);
		VEC_PUSH(p->variables, p->nvariables,
			 xstrndup(sorted[i], strcspn(sorted[i], "=")));
	}
	snprintf(text, sizeof(text), "%016" PRIx64, h);
	provenance_set(p, PROVENANCE_ENVIRONMENT, text);
	set_number(p, PROVENANCE_ENVIRONMENT_BYTES, bytes);
}

void provenance_of_process(char *const *environment, struct provenance *p)
{
	AUTO_FREE char *directory = getcwd(NULL, 0);

	if (directory)
		provenance_set(p, PROVENANCE_DIRECTORY, directory);
	set_environment(environment, p);
}

void provenance_of_command(char *const *argv, struct provenance *p)
{
	AUTO(strbuf_done) struct strbuf b = { 0 };

	for (size_t i = 0; argv && argv[i]; i++)
		strbuf_addf(&b, "%s%s", i ? " " : "", argv[i]);
	if (b.len)
		provenance_set(p, PROVENANCE_COMMAND, strbuf_str(&b));
}

/* ---- the program ---- */

static void set_instruments(const struct binary *b, struct provenance *p)
{
	AUTO(strbuf_done) struct strbuf all = { 0 };

	for (unsigned i = 0; i < BINARY_INSTRUMENTS; i++)
		if (b->instruments & (1u << i))
			strbuf_addf(&all, "%s%s", all.len ? ", " : "",
				    binary_instrument_name(i));
	provenance_set(p, PROVENANCE_INSTRUMENTATION,
		       all.len ? strbuf_str(&all) : "none");
}

void provenance_of_binary(const struct binary *binary, struct provenance *p)
{
	const struct binary *b = binary;
	AUTO_FREE char *compiler = NULL;

	while (b->kind == BINARY_SCRIPT && b->interpreter)
		b = b->interpreter;
	if (binary->path)
		provenance_set(p, PROVENANCE_PROGRAM, binary->path);
	if (b->why.code || b->kind != BINARY_ELF)
		return;
	if (*b->build_id || *b->go_build_id)
		provenance_set(p, PROVENANCE_BUILD_ID,
			       *b->build_id ? b->build_id : b->go_build_id);
	if (*b->compiler) {
		compiler = xasprintf("%s%s%s", b->compiler,
				     *b->version ? " " : "", b->version);
		provenance_set(p, PROVENANCE_COMPILER, compiler);
	}
	if (b->verdict != BUILD_UNKNOWN)
		provenance_set(p, PROVENANCE_OPTIMISATION,
			       build_verdict_name(b->verdict));
	if (b->level != LEVEL_UNKNOWN)
		provenance_set(p, PROVENANCE_LEVEL, build_level_name(b->level));
	set_instruments(b, p);
}
