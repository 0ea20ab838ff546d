libtacho_a_SOURCES += \
	src/report/build.h \
	src/report/report.h \
	src/report/view.h
