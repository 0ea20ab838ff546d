libtacho_a_SOURCES += \
	src/screen/doc.c \
	src/screen/doc.h \
	src/screen/glyphs.c \
	src/screen/glyphs.h \
	src/screen/grid.c \
	src/screen/grid.h \
	src/screen/keys.c \
	src/screen/keys.h \
	src/screen/menu.c \
	src/screen/menu.h \
	src/screen/plot.c \
	src/screen/plot.h \
	src/screen/prompt.c \
	src/screen/prompt.h \
	src/screen/screen.h \
	src/screen/theme.c \
	src/screen/theme.h
