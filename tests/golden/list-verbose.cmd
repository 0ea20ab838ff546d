for machine in skx-2s zen4 adl-hybrid arm-n1 vm-nopmu; do
	for event in cycles:u 'cpu/event=0xc0/' r1c0 page-faults ipc; do
		try tacho list --sysroot tests/machines/$machine -v $event
	done
done
