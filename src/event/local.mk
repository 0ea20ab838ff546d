libtacho_a_SOURCES += \
	src/event/catalog.h \
	src/event/event.h \
	src/event/resolve.h \
	src/event/section.h \
	src/event/spec.h
