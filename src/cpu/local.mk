libtacho_a_SOURCES += \
	src/cpu/cpu.h \
	src/cpu/cpuset.h \
	src/cpu/topology.h
