try tacho top -b --sort foo --replay tests/recordings/incident.ticks
try tacho top -b --filter '(' --replay tests/recordings/incident.ticks
try tacho top -b --screen memry --replay tests/recordings/incident.ticks
try tacho top -b --columns pid,ipcc
try tacho top -b --columns pid,cpu,pid
try tacho top -b --columns ,
try tacho top -b --by machine
try tacho top -b --by user -H
try tacho top -b --tree --by user
try tacho top -b --collector magic
try tacho top -b --format yaml
try tacho top --format json
try tacho top -b -d 0
try tacho top -b -n 0
try tacho top -b -u no-such-user
try tacho top -b --replay tests/recordings/incident.ticks -p 1
try tacho top -b --replay tests/recordings/incident.ticks --save x
try tacho top -b --speed 2
try tacho top -b --columns pid --screen memory
try tacho top -b sleep
try tacho top -b --replay README.md
try tacho top -b --save nowhere/x
try tacho top --replay tests/recordings/incident.ticks --speed 2
