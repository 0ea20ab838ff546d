TZ=UTC tacho top -b --replay tests/recordings/incident.ticks -n 1 --tree --screen software
TZ=UTC tacho top -b --replay tests/recordings/incident.ticks -n 1 --by cgroup --columns tasks,cpu,ipc,cycles,cgroup
TZ=UTC tacho top -b --replay tests/recordings/incident.ticks -n 1 --by user --columns user,tasks,cpu,ipc,pid --format json
