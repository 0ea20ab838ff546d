libtacho_a_SOURCES += \
	src/screen/screen.h
