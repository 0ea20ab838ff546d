/*
 * CPU identity from the kernel's own text, /proc/cpuinfo, and arm64's MIDR in
 * sysfs.  Serves every machine where CPUID cannot be asked: recorded ones,
 * other architectures, builds without libcpuid.
 */
#include "cpu/identify.h"

#include "base/auto.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cpu/cpu.h"

#include <stdio.h>
#include <string.h>

#define BEGINNING ((size_t)16 << 10)

/*
 * The value of "@key : value" in the first block of @text that has it; the
 * caller frees.  NULL when there is none.
 */
static char *field(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *p = text; p; p = strchr(p, '\n')) {
		const char *q;

		p += *p == '\n';
		q = p + len;
		if (strncmp(p, key, len) != 0)
			continue;
		q += strspn(q, " \t");
		if (*q != ':')
			continue;
		q++;
		q += strspn(q, " \t");
		return xstrndup(q, strcspn(q, "\n"));
	}
	return NULL;
}

static void copy_field(const char *text, const char *key, char *buf, size_t len)
{
	AUTO_FREE char *value = field(text, key);

	if (value)
		snprintf(buf, len, "%s", value);
}

static int number_field(const char *text, const char *key)
{
	AUTO_FREE char *value = field(text, key);
	int n = -1;

	if (value)
		parse_int(value, &n);
	return n;
}

/* "0x41", or "8" */
static uint64_t u64_field(const char *text, const char *key)
{
	AUTO_FREE char *value = field(text, key);
	uint64_t n = 0;

	if (value)
		parse_u64(value, &n);
	return n;
}

static bool has_flag(const char *text, const char *flag)
{
	AUTO_FREE char *flags = field(text, "flags");
	char *save = NULL;

	for (char *f = flags ? strtok_r(flags, " ", &save) : NULL; f;
	     f = strtok_r(NULL, " ", &save))
		if (strcmp(f, flag) == 0)
			return true;
	return false;
}

static void read_x86(const char *text, struct cpu *ret)
{
	copy_field(text, "vendor_id", ret->vendor, sizeof(ret->vendor));
	copy_field(text, "model name", ret->model_name,
		   sizeof(ret->model_name));
	ret->family = number_field(text, "cpu family");
	ret->model = number_field(text, "model");
	ret->stepping = number_field(text, "stepping");
	if (has_flag(text, "hypervisor"))
		snprintf(ret->hypervisor, sizeof(ret->hypervisor), "unknown");
}

/*
 * MIDR_EL1: implementer 31:24, variant 23:20, architecture 19:16, part 15:4,
 * revision 3:0.  The architecture field of every ARMv8 and later is 0xf.
 */
static uint64_t midr_from_fields(const char *text)
{
	return u64_field(text, "CPU implementer") << 24 |
	       u64_field(text, "CPU variant") << 20 | UINT64_C(0xf) << 16 |
	       u64_field(text, "CPU part") << 4 |
	       u64_field(text, "CPU revision");
}

static void read_arm(const struct rootfs *root, const char *text,
		     struct cpu *ret)
{
	unsigned implementer, part;
	const char *name;

	if (rootfs_read_u64(root, &ret->midr,
			    "/sys/devices/system/cpu/cpu0/regs/identification/"
			    "midr_el1") < 0)
		ret->midr = midr_from_fields(text);
	ret->midr &= UINT32_MAX;
	implementer = (unsigned)(ret->midr >> 24) & 0xff;
	part = (unsigned)(ret->midr >> 4) & 0xfff;
	name = arm_vendor_name(implementer);
	if (name)
		snprintf(ret->vendor, sizeof(ret->vendor), "%s", name);
	else
		snprintf(ret->vendor, sizeof(ret->vendor), "0x%02x",
			 implementer);
	name = arm_part_name(implementer, part);
	if (name)
		snprintf(ret->model_name, sizeof(ret->model_name), "%s", name);
}

static void read_riscv(const char *text, struct cpu *ret)
{
	AUTO_FREE char *vendor = field(text, "mvendorid");
	AUTO_FREE char *arch = field(text, "marchid");
	AUTO_FREE char *imp = field(text, "mimpid");

	copy_field(text, "uarch", ret->model_name, sizeof(ret->model_name));
	if (vendor && arch && imp)
		snprintf(ret->riscv_id, sizeof(ret->riscv_id), "%s-%s-%s",
			 vendor, arch, imp);
	snprintf(ret->vendor, sizeof(ret->vendor), "%s",
		 vendor ? vendor : "riscv");
}

/*
 * The beginning of /proc/cpuinfo, where the first CPU is told in full.  All of
 * it may be more than a megabyte, and takes the kernel long to write.
 */
static char *read_beginning(const struct rootfs *root)
{
	AUTO_FREE char *path = rootfs_path(root, "/proc/cpuinfo");
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	AUTO_FREE char *text = xmalloc(BEGINNING + 1);
	size_t n;

	if (!f)
		return NULL;
	n = fread(text, 1, BEGINNING, f);
	text[n] = '\0';
	return TAKE_PTR(text);
}

void identify_by_cpuinfo(const struct rootfs *root, struct cpu *ret)
{
	AUTO_FREE char *text = read_beginning(root);
	AUTO_FREE char *implementer = NULL;
	AUTO_FREE char *vendor_id = NULL;
	AUTO_FREE char *isa = NULL;

	if (!text)
		return;
	implementer = field(text, "CPU implementer");
	vendor_id = field(text, "vendor_id");
	isa = field(text, "isa");
	if (implementer) {
		ret->arch = CPU_ARCH_ARM64;
		read_arm(root, text, ret);
	} else if (isa && strncmp(isa, "rv", 2) == 0) {
		ret->arch = CPU_ARCH_RISCV;
		read_riscv(text, ret);
	} else if (vendor_id && number_field(text, "cpu family") >= 0) {
		ret->arch = CPU_ARCH_X86;
		read_x86(text, ret);
	} else {
		copy_field(text, "vendor_id", ret->vendor, sizeof(ret->vendor));
	}
}
