#include "event/cpumap.h"

#include "base/auto.h"
#include "base/rootfs.h"
#include "base/xalloc.h"

#include "unit.h"

#include <errno.h>
#include <string.h>

static const char map[] = "# comment\n"
			  "\n"
			  "GenuineIntel 6 0x8f,207 : x86/spr.events x86/a.b\n"
			  "GenuineIntel 6 0x50-0x5f 0-4 : x86/skx.events\n"
			  "GenuineIntel 6 0x55 5,6-7 : x86/clx.events\r\n"
			  "AuthenticAMD 25 0x10-0x1f:x86/zen4.events\n"
			  "GenuineIntel 6 0x00-0xff : x86/a.b x86/any.events\n"
			  "ARM 0x410fd0c0/0xff0ffff0 : arm/n1.events\n"
			  "ARM 0/0 : arm/any.events\n"
			  "RISCV *-*-* : riscv/any.events\n"
			  "RISCV 0x489-0x8000000000000007-* : riscv/u74.a\n"
			  "VIA * * : x86/via.events\n"
			  "* 7 * : x86/seven.events\n"
			  "* 7 * 3 : x86/seven-3.events\n"
			  "OTHER x86 : x86/other.events\n"
			  "OTHER arm64 : arm/other.events\n";

/* The files for @cpu with a space after each. */
static void match(const struct cpu *cpu, char *ret, size_t size)
{
	struct err err = { 0 };
	char **files = NULL;
	size_t n = 0;

	if (cpumap_match("m", map, strlen(map), cpu, &files, &n, &err) < 0)
		fail_msg("%s", err.what);
	ret[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		strncat(ret, files[i], size - strlen(ret) - 1);
		strncat(ret, " ", size - strlen(ret) - 1);
	}
	rootfs_free_names(files, n);
}

static void rows_match_by_vendor_and_numbers(void **state)
{
	static const struct {
		const char *vendor;
		int family, model, stepping;
		const char *files;
	} rows[] = {
		{ "GenuineIntel", 6, 143, 8,
		  "x86/spr.events x86/a.b x86/any.events " },
		{ "GenuineIntel", 6, 207, 2,
		  "x86/spr.events x86/a.b x86/any.events " },
		{ "GenuineIntel", 6, 0x55, 4,
		  "x86/skx.events x86/a.b x86/any.events " },
		{ "GenuineIntel", 6, 0x55, 6,
		  "x86/clx.events x86/a.b x86/any.events " },
		{ "GenuineIntel", 6, 0x55, -1, "x86/a.b x86/any.events " },
		{ "GenuineIntel", 15, 0x55, 6, "x86/other.events " },
		{ "AuthenticAMD", 25, 0x10, 1, "x86/zen4.events " },
		{ "AuthenticAMD", 25, 0x1f, 1, "x86/zen4.events " },
		{ "AuthenticAMD", 25, 0x20, 1, "x86/other.events " },
		{ "AuthenticAMD", 6, 143, 1, "x86/other.events " },
		{ "VIA", 6, 15, 1, "x86/via.events " },
		{ "VIA", -1, -1, -1, "x86/via.events " },
		{ "Any", 7, 1, 3, "x86/seven.events x86/seven-3.events " },
		{ "Any", 7, 2, 4, "x86/seven.events " },
		{ "", -1, -1, -1, "x86/other.events " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cpu cpu = { .arch = CPU_ARCH_X86 };
		char files[256];

		strncpy(cpu.vendor, rows[i].vendor, sizeof(cpu.vendor) - 1);
		cpu.family = rows[i].family;
		cpu.model = rows[i].model;
		cpu.stepping = rows[i].stepping;
		match(&cpu, files, sizeof(files));
		assert_string_equal(files, rows[i].files);
	}
}

static void arm_matches_by_masked_midr(void **state)
{
	static const struct {
		enum cpu_arch arch;
		uint64_t midr;
		const char *files;
	} rows[] = {
		{ CPU_ARCH_ARM64, 0x413fd0c1, "arm/n1.events arm/any.events " },
		{ CPU_ARCH_ARM64, 0x410fd0c0, "arm/n1.events arm/any.events " },
		{ CPU_ARCH_ARM64, 0x413fd0b1, "arm/any.events " },
		/* the kernel does not tell which one it is */
		{ CPU_ARCH_ARM64, 0, "arm/other.events " },
		{ CPU_ARCH_RISCV, 0x413fd0c1, "riscv/any.events " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cpu cpu = { .arch = rows[i].arch, .midr = rows[i].midr };
		char files[256];

		cpu.family = cpu.model = cpu.stepping = -1;
		match(&cpu, files, sizeof(files));
		assert_string_equal(files, rows[i].files);
	}
}

static void riscv_matches_by_id(void **state)
{
	static const struct {
		enum cpu_arch arch;
		const char *id, *files;
	} rows[] = {
		{ CPU_ARCH_RISCV, "0x489-0x8000000000000007-0x20181004",
		  "riscv/any.events riscv/u74.a " },
		{ CPU_ARCH_RISCV, "0x489-0x8000000000000008-0x0",
		  "riscv/any.events " },
		{ CPU_ARCH_RISCV, "0x5b7-0x0-0x0", "riscv/any.events " },
		/* a kernel that does not tell */
		{ CPU_ARCH_RISCV, "", "riscv/any.events " },
		{ CPU_ARCH_OTHER, "0x5b7-0x0-0x0", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cpu cpu = { .arch = rows[i].arch };
		char files[256];

		cpu.family = cpu.model = cpu.stepping = -1;
		strncpy(cpu.riscv_id, rows[i].id, sizeof(cpu.riscv_id) - 1);
		match(&cpu, files, sizeof(files));
		assert_string_equal(files, rows[i].files);
	}
}

static void without_a_cpu_every_row_counts(void **state)
{
	char files[256];

	(void)state;
	match(NULL, files, sizeof(files));
	assert_string_equal(files, "x86/spr.events x86/a.b x86/skx.events "
				   "x86/clx.events x86/zen4.events "
				   "x86/any.events arm/n1.events "
				   "arm/any.events riscv/any.events "
				   "riscv/u74.a x86/via.events "
				   "x86/seven.events x86/seven-3.events "
				   "x86/other.events arm/other.events ");
}

static void broken_rows_are_refused_whatever_the_cpu(void **state)
{
	static const char *const bad[] = {
		"GenuineIntel 6 0x8f x86/spr.events",
		"GenuineIntel 6 0x8f :",
		"GenuineIntel 6 : x86/spr.events",
		"GenuineIntel 6 1 2 3 : x86/spr.events",
		"GenuineIntel 6 1 2 3 4 : x86/spr.events",
		"GenuineIntel x 1 : x86/spr.events",
		"GenuineIntel 6 1- : x86/spr.events",
		"GenuineIntel 6 5-1 : x86/spr.events",
		"GenuineIntel 6 1,,2 : x86/spr.events",
		"GenuineIntel 6 ,1 : x86/spr.events",
		"GenuineIntel 6 1, : x86/spr.events",
		"GenuineIntel 6 -1 : x86/spr.events",
		"GenuineIntel 6 1 : ../etc/passwd",
		"GenuineIntel 6 1 : /etc/passwd",
		"GenuineIntel 6 1 : spr.events",
		"ARM 0x41 : arm/n1.events",
		"ARM 0x41/ : arm/n1.events",
		"ARM 0x41/0x40 : arm/n1.events",
		"GenuineIntel 6 1,* : x86/spr.events",
		"GenuineIntel 6 * * * : x86/spr.events",
		"OTHER : x86/a.events",
		"OTHER x87 : x86/a.events",
		"OTHER x86 arm64 : x86/a.events",
		"RISCV 0x489 : riscv/a.events",
		"RISCV 0x489-* : riscv/a.events",
		"RISCV 0x489-*-*-* : riscv/a.events",
		"RISCV 0x489-x-* : riscv/a.events",
		"RISCV 0x489--* : riscv/a.events",
		": x86/spr.events",
	};
	static const struct cpu riscv = { .arch = CPU_ARCH_RISCV };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO_FREE char *text = xasprintf("\n%s\n", bad[i]);
		struct err err = { 0 };
		char **files = NULL;
		size_t n = 0;

		assert_int_equal(cpumap_match("m", text, strlen(text), &riscv,
					      &files, &n, &err),
				 -EINVAL);
		assert_memory_equal(err.what, "m:2: expected 'VENDOR ", 22);
		assert_non_null(strstr(err.what, bad[i]));
		assert_int_equal(n, 0);
		assert_null(files);
	}
}

static void odd_bytes_and_long_lines_are_refused(void **state)
{
	static const char nul[] = "GenuineIntel 6 1 : x86/a\0b\n";
	static char wide[2000];
	struct err err = { 0 };
	char **files = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(
		cpumap_match("m", nul, sizeof(nul) - 1, NULL, &files, &n, &err),
		-EINVAL);
	assert_string_equal(err.what, "m:1: a NUL byte is not text");
	memset(wide, 'x', sizeof(wide));
	assert_int_equal(
		cpumap_match("m", wide, sizeof(wide), NULL, &files, &n, &err),
		-EINVAL);
	assert_string_equal(err.what, "m:1: the line has too many bytes (at "
				      "most 1024)");
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_match_by_vendor_and_numbers),
		cmocka_unit_test(arm_matches_by_masked_midr),
		cmocka_unit_test(riscv_matches_by_id),
		cmocka_unit_test(without_a_cpu_every_row_counts),
		cmocka_unit_test(broken_rows_are_refused_whatever_the_cpu),
		cmocka_unit_test(odd_bytes_and_long_lines_are_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
