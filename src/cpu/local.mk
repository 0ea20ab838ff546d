libtacho_a_SOURCES += \
	src/cpu/arm.c \
	src/cpu/cpu.c \
	src/cpu/cpu.h \
	src/cpu/cpu_libcpuid.c \
	src/cpu/cpuinfo.c \
	src/cpu/cpuset.c \
	src/cpu/cpuset.h \
	src/cpu/identify.h \
	src/cpu/machine.c \
	src/cpu/topology.c \
	src/cpu/topology.h \
	src/cpu/tsc.c \
	src/cpu/tsc.h
