/*
 * CPU identity by CPUID: the only file that includes libcpuid.
 *
 * Every CPUID instruction traps in a virtual machine, and the library's
 * collector executes more than a hundred, pinning the thread to each CPU in
 * turn if it is asked for all of them.  So the seven leaves that identity
 * needs are read one by one, on whatever CPU we run, and only interpreted by
 * the library.  Its code names are ignored: they are wrong for new CPUs.
 */
#include "cpu/identify.h"

#include <errno.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef HAVE_LIBCPUID

#include "base/auto.h"
#include "base/lazy.h"
#include "base/log.h"
#include "cpu/cpu.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <libcpuid/libcpuid.h>

struct library {
	__typeof__(&cpuid_present) present;
	__typeof__(&cpuid_set_warn_function) set_warn_function;
	__typeof__(&cpu_exec_cpuid) exec_cpuid;
	__typeof__(&cpu_identify) identify;
	__typeof__(&cpuid_get_hypervisor) get_hypervisor;
};

#define LEAF_EXTENDED 0x80000000u
#define LEAF_HYPERVISOR 0x40000000u

static const char *const hypervisor_names[] = {
	[HYPERVISOR_NONE] = "",
	[HYPERVISOR_BHYVE] = "bhyve",
	[HYPERVISOR_HYPERV] = "Hyper-V",
	[HYPERVISOR_KVM] = "KVM",
	[HYPERVISOR_PARALLELS] = "Parallels",
	[HYPERVISOR_QEMU] = "QEMU",
	[HYPERVISOR_VIRTUALBOX] = "VirtualBox",
	[HYPERVISOR_VMWARE] = "VMware",
	[HYPERVISOR_XEN] = "Xen",
};

/*
 * A hypervisor that speaks Hyper-V's language to please Windows puts its own
 * signature 0x100 leaves further.
 */
static bool is_kvm_in_disguise(const struct library *lib)
{
	uint32_t regs[4];

	lib->exec_cpuid(LEAF_HYPERVISOR + 0x100, regs);
	return memcmp(&regs[1], "KVMKVMKVM\0\0", 12) == 0;
}

static const char *hypervisor_name(const struct library *lib,
				   struct cpu_raw_data_t *raw,
				   struct cpu_id_t *id)
{
	hypervisor_vendor_t vendor;

	if (!id->flags[CPU_FEATURE_HYPERVISOR])
		return "";
	/* with a null pointer the library may crash */
	vendor = lib->get_hypervisor(raw, id);
	if (vendor == HYPERVISOR_HYPERV && is_kvm_in_disguise(lib))
		vendor = HYPERVISOR_KVM;
	if (vendor > HYPERVISOR_NONE &&
	    (size_t)vendor < ARRAY_LEN(hypervisor_names))
		return hypervisor_names[vendor];
	return "unknown";
}

static void read_leaves(const struct library *lib, struct cpu_raw_data_t *raw)
{
	lib->exec_cpuid(0, raw->basic_cpuid[0]);
	lib->exec_cpuid(1, raw->basic_cpuid[1]);
	for (uint32_t i = 0; i <= 4; i++)
		lib->exec_cpuid(LEAF_EXTENDED + i, raw->ext_cpuid[i]);
}

/* It stays loaded until we end: it is asked once. */
static bool load(struct library *lib)
{
	const struct lazy_symbol symbols[] = {
		{ "cpuid_present", &lib->present },
		{ "cpuid_set_warn_function", &lib->set_warn_function },
		{ "cpu_exec_cpuid", &lib->exec_cpuid },
		{ "cpu_identify", &lib->identify },
		{ "cpuid_get_hypervisor", &lib->get_hypervisor },
	};
	struct err why = { 0 };

	if (lazy_load(CPUID_SONAME, symbols, ARRAY_LEN(symbols), &why))
		return true;
	log_say(1, "%s", why.what);
	return false;
}

int identify_by_cpuid(struct cpu *ret)
{
	struct cpu_raw_data_t raw = { 0 };
	struct cpu_id_t id = { 0 };
	struct library lib;

	if (!load(&lib))
		return -ENOENT;
	if (!lib.present())
		return -ENODEV;
	lib.set_warn_function(NULL);
	read_leaves(&lib, &raw);
	if (lib.identify(&raw, &id) < 0 || !*id.vendor_str)
		return -ENODATA;
	ret->family = id.ext_family;
	ret->model = id.ext_model;
	ret->stepping = id.stepping;
	snprintf(ret->vendor, sizeof(ret->vendor), "%s", id.vendor_str);
	snprintf(ret->model_name, sizeof(ret->model_name), "%s", id.brand_str);
	snprintf(ret->hypervisor, sizeof(ret->hypervisor), "%s",
		 hypervisor_name(&lib, &raw, &id));
	return 0;
}

#else

int identify_by_cpuid(struct cpu *ret)
{
	(void)ret;
	return -ENOSYS;
}

#endif
