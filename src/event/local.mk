libtacho_a_SOURCES += \
	src/event/catalog.c \
	src/event/catalog.h \
	src/event/cpumap.c \
	src/event/cpumap.h \
	src/event/event.h \
	src/event/resolve.h \
	src/event/section.c \
	src/event/section.h \
	src/event/spec.h
