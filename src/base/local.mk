libtacho_a_SOURCES += \
	src/base/auto.h \
	src/base/clock.c \
	src/base/clock.h \
	src/base/err.c \
	src/base/err.h \
	src/base/fmt.c \
	src/base/fmt.h \
	src/base/lazy.c \
	src/base/lazy.h \
	src/base/log.c \
	src/base/log.h \
	src/base/parse.c \
	src/base/parse.h \
	src/base/random.c \
	src/base/random.h \
	src/base/rootfs.c \
	src/base/rootfs.h \
	src/base/strbuf.c \
	src/base/strbuf.h \
	src/base/suggest.c \
	src/base/suggest.h \
	src/base/vec.h \
	src/base/words.c \
	src/base/words.h \
	src/base/xalloc.c \
	src/base/xalloc.h
