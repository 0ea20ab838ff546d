# The chain's links are in link/; what others may include is here.
libtacho_a_SOURCES += \
	src/event/cachegrind.c \
	src/event/cachegrind.h \
	src/event/catalog.c \
	src/event/catalog.h \
	src/event/cpumap.c \
	src/event/cpumap.h \
	src/event/event.c \
	src/event/event.h \
	src/event/import/build.h \
	src/event/import/event.c \
	src/event/import/import.c \
	src/event/import/import.h \
	src/event/import/metric.c \
	src/event/link/cache.c \
	src/event/link/cachegrind.c \
	src/event/link/generic.c \
	src/event/link/link.h \
	src/event/link/mods.c \
	src/event/link/names.c \
	src/event/link/pfm.c \
	src/event/link/pfm.h \
	src/event/link/pfm_fix.c \
	src/event/link/pfm_link.c \
	src/event/link/pmu.c \
	src/event/link/pmu.h \
	src/event/link/raw.c \
	src/event/link/sysfs.c \
	src/event/link/table.c \
	src/event/link/tracefs.c \
	src/event/link/tracefs.h \
	src/event/resolve.c \
	src/event/resolve.h \
	src/event/section.c \
	src/event/section.h \
	src/event/spec.c \
	src/event/spec.h
