/* The commands that change a cause; see advice.h. */
#include "source/advice.h"

#include "base/auto.h"
#include "source/diagnose.h"

#include <string.h>

/* The first row that fits wins; NULL fits everything. */
static const struct {
	const char *hypervisor;
	const char *platform; /* what it starts with */
	const char *change;
} virtual_pmus[] = {
	{ NULL, "Firecracker",
	  "Firecracker has no PMU to give: run on the host, or in a guest of "
	  "qemu -cpu host,pmu=on" },
	{ NULL, "Amazon EC2",
	  "aws ec2 modify-instance-attribute --instance-id ID "
	  "--instance-type TYPE.metal (or a type that fills a whole socket)" },
	{ NULL, "Google",
	  "gcloud compute instances create NAME --machine-type c4-standard-4 "
	  "--performance-monitoring-unit=standard" },
	{ NULL, "DigitalOcean", "move to a machine that is not virtual" },
	{ NULL, "Hetzner", "move to a dedicated server" },
	{ NULL, "Alibaba Cloud", "move to a bare metal instance (ecs.ebm*)" },
	{ NULL, "Tencent Cloud", "move to a bare metal instance" },
	{ "KVM", NULL,
	  "on the host: qemu -cpu host,pmu=on; with libvirt: virsh edit GUEST, "
	  "<cpu mode='host-passthrough'/> and <pmu state='on'/> in <features>" },
	{ "QEMU", NULL, "on the host: qemu -accel kvm -cpu host,pmu=on" },
	{ "VMware", NULL,
	  "in the VM's CPU settings: 'Virtualize CPU performance counters' "
	  "(vpmc.enable = \"TRUE\" in the .vmx file)" },
	{ "Hyper-V", NULL,
	  "on the host, with the VM off: Set-VMProcessor -VMName NAME "
	  "-Perfmon @(\"pmu\"); on Azure: a size that is not virtual" },
	{ "Xen", NULL,
	  "on the host: vpmu=on on Xen's own command line, and reboot" },
	{ "Parallels", NULL, "on the host: prlctl set VM --pmu-virt on" },
	{ "VirtualBox", NULL,
	  "VirtualBox has no PMU to give: run on the host, or in a guest of "
	  "qemu -cpu host,pmu=on" },
	{ "bhyve", NULL, "bhyve has no PMU to give: run on real hardware" },
	{ "Apple", NULL,
	  "Apple's framework has no PMU to give: run on real hardware" },
	{ NULL, NULL, "ask who runs the hypervisor for a virtual PMU" },
};

const char *advice_virtual_pmu(const struct diagnose_facts *facts)
{
	for (size_t i = 0; i < ARRAY_LEN(virtual_pmus); i++) {
		const char *hypervisor = virtual_pmus[i].hypervisor;
		const char *platform = virtual_pmus[i].platform;

		if ((!hypervisor ||
		     strcmp(hypervisor, facts->hypervisor) == 0) &&
		    (!platform ||
		     strncmp(facts->platform, platform, strlen(platform)) == 0))
			return virtual_pmus[i].change;
	}
	return "";
}

static const struct {
	const char *container;
	const char *change;
} seccomp_filters[] = {
	{ "docker", "docker run --cap-add PERFMON "
		    "--security-opt seccomp=unconfined ..." },
	{ "podman", "podman run --cap-add PERFMON "
		    "--security-opt seccomp=unconfined ..." },
	{ "kubernetes",
	  "in the pod's securityContext: seccompProfile: {type: Unconfined} "
	  "and capabilities: {add: [PERFMON]}" },
	{ "lxc", "on the host: lxc config set NAME raw.lxc "
		 "lxc.seccomp.profile=" },
	{ "systemd-nspawn",
	  "systemd-nspawn --system-call-filter=perf_event_open "
	  "--capability=CAP_PERFMON ..." },
	{ "", "let the filter pass perf_event_open; for a service: "
	      "systemctl edit UNIT, SystemCallFilter=perf_event_open" },
};

const char *advice_seccomp(const struct diagnose_facts *facts)
{
	size_t last = ARRAY_LEN(seccomp_filters) - 1;

	for (size_t i = 0; i < last; i++)
		if (strcmp(seccomp_filters[i].container, facts->container) == 0)
			return seccomp_filters[i].change;
	return seccomp_filters[last].change;
}
