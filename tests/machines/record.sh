#!/bin/sh
# Record the files that tacho reads to learn about a machine, for --sysroot.
#
#	tests/machines/record.sh DIR
#
# Makes DIR, which must not exist.  Run it as root to get everything; what
# cannot be read is left out.  No serial numbers, addresses or command lines
# are among the files.
set -u
LC_ALL=C
export LC_ALL

if [ $# -ne 1 ]; then
	echo "usage: $0 DIR" >&2
	exit 2
fi
out=$1
if [ -e "$out" ]; then
	echo "$0: '$out' exists already" >&2
	exit 1
fi
mkdir -p "$out" || exit 1

# By cat, because files of sysfs lie about their size.
take() {
	for file; do
		if [ ! -f "$file" ] || [ ! -r "$file" ]; then
			continue
		fi
		mkdir -p "$out${file%/*}" || exit 1
		cat "$file" >"$out$file" 2>/dev/null || rm -f "$out$file"
	done
}

take /proc/cpuinfo /proc/version /proc/device-tree/compatible \
	/proc/sys/kernel/perf_event_paranoid /proc/sys/kernel/nmi_watchdog \
	/sys/hypervisor/type \
	/sys/class/dmi/id/sys_vendor /sys/class/dmi/id/product_name

cpu=/sys/devices/system/cpu
take $cpu/online $cpu/possible $cpu/present
for dir in "$cpu"/cpu[0-9]*; do
	for name in physical_package_id die_id core_id core_cpus_list \
		thread_siblings_list; do
		take "$dir/topology/$name"
	done
done
take $cpu/cpu0/regs/identification/midr_el1
for dir in "$cpu"/cpu0/cache/index*; do
	for name in level type size ways_of_associativity coherency_line_size \
		number_of_sets shared_cpu_list; do
		take "$dir/$name"
	done
done
take /sys/devices/system/node/node[0-9]*/cpulist

for dir in /sys/bus/event_source/devices/*; do
	for name in type cpus cpumask perf_event_mux_interval_ms; do
		take "$dir/$name"
	done
	take "$dir"/format/* "$dir"/events/* "$dir"/caps/*
done

for event in sched/sched_switch sched/sched_migrate_task \
	syscalls/sys_enter_read; do
	take /sys/kernel/tracing/events/$event/id
done

echo "$out: $(find "$out" -type f | wc -l) files"
