libtacho_a_SOURCES += \
	src/screen/doc.c \
	src/screen/doc.h \
	src/screen/glyphs.c \
	src/screen/glyphs.h \
	src/screen/grid.c \
	src/screen/grid.h \
	src/screen/plot.c \
	src/screen/plot.h \
	src/screen/screen.h \
	src/screen/theme.c \
	src/screen/theme.h
