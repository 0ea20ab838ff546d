# make check-vm: on a real PMU driver in an emulated machine.  Not part of
# make check, because the first time it downloads that machine's system.
VM_DIR = $(abs_builddir)/tests/vm/.cache

check-vm:
	+@$(srcdir)/tests/vm/check-vm.sh $(VM_DIR) || \
		{ status=$$?; test $$status -eq 77 || exit $$status; }

clean-local: clean-vm
clean-vm:
	rm -rf $(VM_DIR)

.PHONY: check-vm clean-vm

# What watches there; build.sh asks for it.
EXTRA_PROGRAMS += tests/vm/watched
CLEANFILES += tests/vm/watched
tests_vm_watched_LDADD = $(tacho_LDADD)

EXTRA_DIST += \
	tests/vm/build.sh \
	tests/vm/check-vm.sh \
	tests/vm/guest-calibrate.sh \
	tests/vm/guest-compare.sh \
	tests/vm/guest-exact.sh \
	tests/vm/guest-fallback.sh \
	tests/vm/guest-ipc.sh \
	tests/vm/guest-recording.sh \
	tests/vm/guest-smp.sh \
	tests/vm/guest-tasks.sh \
	tests/vm/guest-top.sh \
	tests/vm/guest-user.sh \
	tests/vm/guest-verdict.sh \
	tests/vm/guest.sh \
	tests/vm/loop.S \
	tests/vm/pmu-vm \
	tests/vm/work.c
