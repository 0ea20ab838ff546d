/*
 * Names of arm64 parts.  The kernel gives numbers only, so people get a name
 * from here; tables of events are keyed on the number.
 */
#include "cpu/identify.h"

#include "base/auto.h"

enum implementer {
	IMP_ARM = 0x41,
	IMP_BROADCOM = 0x42,
	IMP_CAVIUM = 0x43,
	IMP_FUJITSU = 0x46,
	IMP_HISILICON = 0x48,
	IMP_NVIDIA = 0x4e,
	IMP_APM = 0x50,
	IMP_QUALCOMM = 0x51,
	IMP_SAMSUNG = 0x53,
	IMP_APPLE = 0x61,
	IMP_MICROSOFT = 0x6d,
	IMP_AMPERE = 0xc0,
};

static const struct {
	unsigned implementer;
	const char *name;
} vendors[] = {
	{ IMP_ARM, "ARM" },
	{ IMP_BROADCOM, "Broadcom" },
	{ IMP_CAVIUM, "Cavium" },
	{ IMP_FUJITSU, "Fujitsu" },
	{ IMP_HISILICON, "HiSilicon" },
	{ IMP_NVIDIA, "NVIDIA" },
	{ IMP_APM, "APM" },
	{ IMP_QUALCOMM, "Qualcomm" },
	{ IMP_SAMSUNG, "Samsung" },
	{ IMP_APPLE, "Apple" },
	{ IMP_MICROSOFT, "Microsoft" },
	{ IMP_AMPERE, "Ampere" },
};

static const struct {
	unsigned implementer;
	unsigned part;
	const char *name;
} parts[] = {
	{ IMP_ARM, 0xd03, "Cortex-A53" },
	{ IMP_ARM, 0xd04, "Cortex-A35" },
	{ IMP_ARM, 0xd05, "Cortex-A55" },
	{ IMP_ARM, 0xd07, "Cortex-A57" },
	{ IMP_ARM, 0xd08, "Cortex-A72" },
	{ IMP_ARM, 0xd09, "Cortex-A73" },
	{ IMP_ARM, 0xd0a, "Cortex-A75" },
	{ IMP_ARM, 0xd0b, "Cortex-A76" },
	{ IMP_ARM, 0xd0c, "Neoverse-N1" },
	{ IMP_ARM, 0xd0d, "Cortex-A77" },
	{ IMP_ARM, 0xd40, "Neoverse-V1" },
	{ IMP_ARM, 0xd41, "Cortex-A78" },
	{ IMP_ARM, 0xd44, "Cortex-X1" },
	{ IMP_ARM, 0xd46, "Cortex-A510" },
	{ IMP_ARM, 0xd47, "Cortex-A710" },
	{ IMP_ARM, 0xd48, "Cortex-X2" },
	{ IMP_ARM, 0xd49, "Neoverse-N2" },
	{ IMP_ARM, 0xd4d, "Cortex-A715" },
	{ IMP_ARM, 0xd4e, "Cortex-X3" },
	{ IMP_ARM, 0xd4f, "Neoverse-V2" },
	{ IMP_ARM, 0xd80, "Cortex-A520" },
	{ IMP_ARM, 0xd81, "Cortex-A720" },
	{ IMP_ARM, 0xd82, "Cortex-X4" },
	{ IMP_ARM, 0xd83, "Neoverse-V3AE" },
	{ IMP_ARM, 0xd84, "Neoverse-V3" },
	{ IMP_ARM, 0xd8e, "Neoverse-N3" },
	{ IMP_CAVIUM, 0x0a1, "ThunderX" },
	{ IMP_CAVIUM, 0x0af, "ThunderX2" },
	{ IMP_FUJITSU, 0x001, "A64FX" },
	{ IMP_HISILICON, 0xd01, "TSV110" },
	{ IMP_NVIDIA, 0x004, "Carmel" },
	{ IMP_APM, 0x000, "X-Gene" },
	{ IMP_QUALCOMM, 0xc00, "Falkor" },
	{ IMP_QUALCOMM, 0x001, "Oryon" },
	{ IMP_APPLE, 0x022, "M1 Icestorm" },
	{ IMP_APPLE, 0x023, "M1 Firestorm" },
	{ IMP_APPLE, 0x032, "M2 Blizzard" },
	{ IMP_APPLE, 0x033, "M2 Avalanche" },
	{ IMP_MICROSOFT, 0xd49, "Azure-Cobalt-100" },
	{ IMP_AMPERE, 0xac3, "Ampere-1" },
	{ IMP_AMPERE, 0xac4, "Ampere-1A" },
};

const char *arm_vendor_name(unsigned implementer)
{
	for (size_t i = 0; i < ARRAY_LEN(vendors); i++)
		if (vendors[i].implementer == implementer)
			return vendors[i].name;
	return NULL;
}

const char *arm_part_name(unsigned implementer, unsigned part)
{
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (parts[i].implementer == implementer &&
		    parts[i].part == part)
			return parts[i].name;
	return NULL;
}
