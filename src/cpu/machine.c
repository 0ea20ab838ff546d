/*
 * What the firmware says about the machine, to name the hypervisor where the
 * CPU does not: arm64 has no CPUID, and a recorded machine has none either.
 */
#include "cpu/identify.h"

#include "base/auto.h"
#include "cpu/cpu.h"

#include <stdio.h>
#include <string.h>

#define DMI_DIR "/sys/class/dmi/id/"

/*
 * Firmware strings that only virtual machines have.  An entry with a product
 * needs both, because the vendor builds real machines too.
 */
static const struct {
	const char *vendor;  /* what sys_vendor starts with */
	const char *product; /* what product_name starts with, or NULL */
	const char *hypervisor;
} dmi_guests[] = {
	{ "QEMU", NULL, "KVM" },
	{ "KVM", NULL, "KVM" },
	{ "Red Hat", "KVM", "KVM" },
	{ "Red Hat", "RHEV", "KVM" },
	{ "OpenStack", NULL, "KVM" },
	{ "Google", "Google Compute Engine", "KVM" },
	{ "DigitalOcean", NULL, "KVM" },
	{ "Hetzner", "vServer", "KVM" },
	{ "Alibaba Cloud", "Alibaba Cloud ECS", "KVM" },
	{ "Tencent Cloud", NULL, "KVM" },
	{ "VMware", NULL, "VMware" },
	{ "innotek", NULL, "VirtualBox" },
	{ "Oracle", "VirtualBox", "VirtualBox" },
	{ "Microsoft", "Virtual Machine", "Hyper-V" },
	{ "Xen", NULL, "Xen" },
	{ "Parallels", NULL, "Parallels" },
	{ "BHYVE", NULL, "bhyve" },
	{ "Apple", "Apple Virtualization", "Apple" },
};

static const struct {
	const char *compatible; /* first string of the device tree's root */
	const char *hypervisor;
} tree_guests[] = {
	{ "linux,dummy-virt", "QEMU" },
	{ "xen,", "Xen" },
};

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

static void set_hypervisor(struct cpu *ret, const char *name)
{
	snprintf(ret->hypervisor, sizeof(ret->hypervisor), "%s", name);
}

/* EC2 says the same of guests and of whole machines, save for the type. */
static void match_dmi(const char *vendor, const char *product, struct cpu *ret)
{
	if (starts_with(vendor, "Amazon EC2") && !ends_with(product, ".metal"))
		set_hypervisor(ret, "KVM");
	for (size_t i = 0; i < ARRAY_LEN(dmi_guests); i++)
		if (starts_with(vendor, dmi_guests[i].vendor) &&
		    (!dmi_guests[i].product ||
		     starts_with(product, dmi_guests[i].product)))
			set_hypervisor(ret, dmi_guests[i].hypervisor);
}

static void match_tree(const char *compatible, struct cpu *ret)
{
	for (size_t i = 0; i < ARRAY_LEN(tree_guests); i++)
		if (starts_with(compatible, tree_guests[i].compatible))
			set_hypervisor(ret, tree_guests[i].hypervisor);
}

/* Firecracker has no DMI; its ACPI tables carry its name at byte 10. */
static bool is_firecracker(const struct rootfs *root)
{
	AUTO_FREE char *path =
		rootfs_path(root, "/sys/firmware/acpi/tables/FACP");
	AUTO_FCLOSE FILE *f = fopen(path, "re");
	char head[16];

	return f && fread(head, 1, sizeof(head), f) == sizeof(head) &&
	       memcmp(head + 10, "FIRECK", 6) == 0;
}

static void read_platform(const struct rootfs *root, const char *vendor,
			  const char *product, struct cpu *ret)
{
	if (*vendor || *product)
		snprintf(ret->platform, sizeof(ret->platform), "%s%s%s", vendor,
			 *vendor && *product ? " " : "", product);
	else if (*ret->hypervisor && is_firecracker(root))
		snprintf(ret->platform, sizeof(ret->platform), "Firecracker");
}

void identify_machine(const struct rootfs *root, struct cpu *ret)
{
	AUTO_FREE char *vendor = NULL;
	AUTO_FREE char *product = NULL;
	AUTO_FREE char *type = NULL;
	AUTO_FREE char *compatible = NULL;
	bool nameless = strcmp(ret->hypervisor, "unknown") == 0;

	rootfs_read(root, &vendor, DMI_DIR "sys_vendor");
	rootfs_read(root, &product, DMI_DIR "product_name");
	rootfs_read(root, &type, "/sys/hypervisor/type");
	rootfs_read(root, &compatible, "/proc/device-tree/compatible");

	/* an x86 that does not call itself a guest is none, whatever its name */
	if (nameless || (ret->arch != CPU_ARCH_X86 && !*ret->hypervisor)) {
		if (vendor)
			match_dmi(vendor, product ? product : "", ret);
		if (compatible)
			match_tree(compatible, ret);
		if (type && strcmp(type, "xen") == 0)
			set_hypervisor(ret, "Xen");
	}
	read_platform(root, vendor ? vendor : "", product ? product : "", ret);
}
