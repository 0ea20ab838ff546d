/*
 * The terminal; see term.h.
 *
 * curses is loaded when there is a screen: linked, it would cost every start of
 * the program a fifth more.
 */
#include "screen/term.h"

#include "base/auto.h"
#include "base/lazy.h"
#include "base/log.h"
#include "base/xalloc.h"
#include "config.h"
#include "screen/restore.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#ifdef HAVE_NCURSES

#define NCURSES_NOMACROS 1
#include <ncursesw/curses.h>

/* a press and its release that come together are one click */
#define CLICKS                                                                 \
	(BUTTON1_PRESSED | BUTTON1_CLICKED | BUTTON1_DOUBLE_CLICKED |          \
	 BUTTON1_TRIPLE_CLICKED)
#define ESCAPE_MS 25 /* that a lone Escape is waited for */

static struct {
	void *handle;
	__typeof__(&newterm) newterm;
	__typeof__(&set_term) set_term;
	__typeof__(&delscreen) delscreen;
	__typeof__(&endwin) endwin;
	__typeof__(&raw) raw;
	__typeof__(&noecho) noecho;
	__typeof__(&nonl) nonl;
	__typeof__(&keypad) keypad;
	__typeof__(&nodelay) nodelay;
	__typeof__(&leaveok) leaveok;
	__typeof__(&curs_set) curs_set;
	__typeof__(&set_escdelay) set_escdelay;
	__typeof__(&start_color) start_color;
	__typeof__(&use_default_colors) use_default_colors;
	__typeof__(&init_pair) init_pair;
	__typeof__(&setcchar) setcchar;
	__typeof__(&mvwadd_wch) mvwadd_wch;
	__typeof__(&wmove) wmove;
	__typeof__(&wrefresh) wrefresh;
	__typeof__(&wclear) wclear;
	__typeof__(&clearok) clearok;
	__typeof__(&wget_wch) wget_wch;
	__typeof__(&mousemask) mousemask;
	__typeof__(&mouseinterval) mouseinterval;
	__typeof__(&getmouse) getmouse;
	__typeof__(&resizeterm) resizeterm;
	__typeof__(&tigetstr) tigetstr;
	__typeof__(&define_key) define_key;
	WINDOW **stdscr_;
	int *colors;
} nc;

struct term {
	SCREEN *screen;
	WINDOW *window;
	struct termios modes; /* as they were */
	char restoring[256];  /* what gives the terminal back */
	bool utf8;
	int colors;
	struct grid shown;
	bool all;  /* nothing of shown is there */
	bool left; /* the shell has the terminal */
};

static int load(struct err *err)
{
	const struct lazy_symbol symbols[] = {
		{ "newterm", &nc.newterm },
		{ "set_term", &nc.set_term },
		{ "delscreen", &nc.delscreen },
		{ "endwin", &nc.endwin },
		{ "raw", &nc.raw },
		{ "noecho", &nc.noecho },
		{ "nonl", &nc.nonl },
		{ "keypad", &nc.keypad },
		{ "nodelay", &nc.nodelay },
		{ "leaveok", &nc.leaveok },
		{ "curs_set", &nc.curs_set },
		{ "set_escdelay", &nc.set_escdelay },
		{ "start_color", &nc.start_color },
		{ "use_default_colors", &nc.use_default_colors },
		{ "init_pair", &nc.init_pair },
		{ "setcchar", &nc.setcchar },
		{ "mvwadd_wch", &nc.mvwadd_wch },
		{ "wmove", &nc.wmove },
		{ "wrefresh", &nc.wrefresh },
		{ "wclear", &nc.wclear },
		{ "clearok", &nc.clearok },
		{ "wget_wch", &nc.wget_wch },
		{ "mousemask", &nc.mousemask },
		{ "mouseinterval", &nc.mouseinterval },
		{ "getmouse", &nc.getmouse },
		{ "resizeterm", &nc.resizeterm },
		{ "tigetstr", &nc.tigetstr },
		{ "define_key", &nc.define_key },
		{ "stdscr", &nc.stdscr_ },
		{ "COLORS", &nc.colors },
	};
	struct err why = { 0 };

	if (!nc.handle)
		nc.handle = lazy_load(NCURSES_SONAME, symbols,
				      ARRAY_LEN(symbols), &why);
	if (nc.handle)
		return 0;
	err_set(err, -ENOTSUP, "%s", why.what);
	err_hint(err, "install ncurses (Debian: libncursesw6), or -b for lines "
		      "of text");
	return -ENOTSUP;
}

/* A terminfo string without its delays; "" when it has none. */
static void add_string(struct term *t, const char *name)
{
	const char *s = nc.tigetstr(name);
	size_t n = strlen(t->restoring);

	if (!s || s == (const char *)-1) /* not a string */
		return;
	while (*s && n + 1 < sizeof(t->restoring)) {
		if (s[0] == '$' && s[1] == '<') {
			s += strcspn(s, ">");
			s += *s == '>';
		} else {
			t->restoring[n++] = *s++;
		}
	}
	t->restoring[n] = '\0';
}

static void make_restoring(struct term *t, bool mouse)
{
	static const char no_mouse[] = "\033[?1000l\033[?1002l\033[?1006l";

	t->restoring[0] = '\0';
	if (mouse)
		strcpy(t->restoring, no_mouse);
	add_string(t, "sgr0");
	add_string(t, "op");
	add_string(t, "rmkx");
	add_string(t, "cnorm");
	add_string(t, "rmcup");
}

/*
 * Curses leaves the cursor at the begin of the last line.  Where there is no
 * other screen to return to, that line is still full.
 */
static void clear_last_line(struct term *t)
{
	const char *rmcup = nc.tigetstr("rmcup");
	size_t n;

	if (rmcup && rmcup != (const char *)-1)
		return;
	n = strlen(t->restoring);
	add_string(t, "el");
	if (write(STDOUT_FILENO, t->restoring + n, strlen(t->restoring + n)) <
	    0)
		log_say(1, "the terminal: %s", strerror(errno));
	t->restoring[n] = '\0';
}

static void make_colors(struct term *t, bool color)
{
	t->colors = 0;
	if (!color || nc.start_color() == ERR)
		return;
	nc.use_default_colors();
	t->colors = *nc.colors >= 256 ? 256 : *nc.colors >= 8 ? 8 : 0;
	if (!t->colors)
		return;
	for (int role = 0; role < ROLES; role++) {
		struct look look = theme_look((enum role)role, t->colors);

		nc.init_pair((short)(role + 1), look.fg, look.bg);
	}
}

/*
 * Cursor keys, Home and End have several spellings: TERM is often not quite the
 * terminal that is there, and right after a stop it has not yet been told which
 * of them to send.
 */
static void define_keys(void)
{
	static const struct {
		const char *text;
		int code;
	} spellings[] = {
		{ "\033[A", KEY_UP },    { "\033OA", KEY_UP },
		{ "\033[B", KEY_DOWN },  { "\033OB", KEY_DOWN },
		{ "\033[C", KEY_RIGHT }, { "\033OC", KEY_RIGHT },
		{ "\033[D", KEY_LEFT },  { "\033OD", KEY_LEFT },
		{ "\033[H", KEY_HOME },  { "\033OH", KEY_HOME },
		{ "\033[1~", KEY_HOME }, { "\033[7~", KEY_HOME },
		{ "\033[F", KEY_END },   { "\033OF", KEY_END },
		{ "\033[4~", KEY_END },  { "\033[8~", KEY_END },
	};

	for (size_t i = 0; i < ARRAY_LEN(spellings); i++)
		nc.define_key(spellings[i].text, spellings[i].code);
}

/* Keys come one by one, none of them makes a signal. */
static void take(struct term *t, bool mouse)
{
	nc.raw();
	nc.noecho();
	nc.nonl();
	nc.keypad(t->window, TRUE);
	nc.nodelay(t->window, TRUE);
	nc.set_escdelay(ESCAPE_MS);
	define_keys();
	nc.curs_set(0);
	if (mouse) {
		nc.mouseinterval(0);
		nc.mousemask(CLICKS | BUTTON4_PRESSED | BUTTON5_PRESSED, NULL);
	}
}

static int refuse(struct err *err, const char *why)
{
	err_set(err, -ENOTSUP, "%s", why);
	err_hint(err, "tacho top -b for lines of text, or --format=json");
	return -ENOTSUP;
}

/* With what the terminal cannot do already refused. */
static int check_name(struct err *err)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse(err, "standard input and output are no terminal");
	if (!name || !*name)
		return refuse(err,
			      "TERM does not say what the terminal can do");
	if (!strcmp(name, "dumb"))
		return refuse(err, "a terminal with TERM=dumb has no screen");
	return 0;
}

/* Without the signal handlers of curses, which end the program by exit(). */
static SCREEN *new_screen(void)
{
	static const int theirs[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct sigaction before[ARRAY_LEN(theirs)];
	SCREEN *screen;

	for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
		sigaction(theirs[i], NULL, &before[i]);
	screen = nc.newterm(NULL, stdout, stdin);
	for (size_t i = 0; i < ARRAY_LEN(theirs); i++)
		sigaction(theirs[i], &before[i], NULL);
	return screen;
}

int term_open(const struct term_options *options, struct term **ret,
	      struct err *err)
{
	AUTO_FREE struct term *t = xcalloc(1, sizeof(*t));
	const char *cup;
	int r = check_name(err);

	if (r < 0 || (r = load(err)) < 0)
		return r;
	if (tcgetattr(STDIN_FILENO, &t->modes) < 0)
		return refuse(err, "the terminal does not answer");
	/* curses asks the locale which characters there are */
	if (options->utf8)
		setlocale(LC_CTYPE, "");
	t->utf8 = options->utf8;
	t->screen = new_screen();
	if (!t->screen)
		return refuse(err, "nothing is known of the terminal that TERM "
				   "names");
	cup = nc.tigetstr("cup");
	if (!cup || cup == (const char *)-1) {
		nc.endwin();
		nc.delscreen(t->screen);
		return refuse(err, "the terminal that TERM names cannot move "
				   "its cursor");
	}
	t->window = *nc.stdscr_;
	t->all = true;
	make_restoring(t, options->mouse);
	restore_arm(STDOUT_FILENO, t->restoring, &t->modes);
	take(t, options->mouse);
	make_colors(t, options->color);
	*ret = TAKE_PTR(t);
	return 0;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	nc.mousemask(0, NULL);
	nc.endwin();
	clear_last_line(t);
	nc.delscreen(t->screen);
	restore_disarm();
	/* what was typed meanwhile was meant for the screen */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &t->modes);
	grid_done(&t->shown);
	free(t);
}

bool term_utf8(const struct term *t)
{
	return t->utf8;
}

int term_fd(const struct term *t)
{
	(void)t;
	return STDIN_FILENO;
}

void term_size(const struct term *t, int *rows, int *cols)
{
	struct winsize size = { 0 };

	(void)t;
	*rows = 24;
	*cols = 80;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row &&
	    size.ws_col) {
		*rows = size.ws_row;
		*cols = size.ws_col;
	}
}

static attr_t attributes_of(const struct look *look, bool reverse)
{
	attr_t a = WA_NORMAL;

	if (look->attributes & LOOK_BOLD)
		a |= WA_BOLD;
	if (look->attributes & LOOK_DIM)
		a |= WA_DIM;
	if (look->attributes & LOOK_UNDERLINE)
		a |= WA_UNDERLINE;
	if (!!(look->attributes & LOOK_REVERSE) != reverse)
		a |= WA_REVERSE;
	return a;
}

static void show_glyph(struct term *t, int row, int col, const struct glyph *g)
{
	struct look look = theme_look((enum role)g->role, t->colors);
	wchar_t text[2] = { (wchar_t)g->code, 0 };
	cchar_t c;

	if (!g->width)
		return; /* comes with its left half */
	if (nc.setcchar(&c, text, attributes_of(&look, g->reverse),
			(short)(t->colors ? g->role + 1 : 0), NULL) == OK)
		nc.mvwadd_wch(t->window, row, col, &c);
}

static bool differs(const struct glyph *a, const struct glyph *b)
{
	return a->code != b->code || a->role != b->role ||
	       a->width != b->width || a->reverse != b->reverse;
}

void term_show(struct term *t, const struct grid *g)
{
	bool all =
		t->all || t->shown.rows != g->rows || t->shown.cols != g->cols;

	if (all)
		grid_resize(&t->shown, g->rows, g->cols);
	for (int i = 0; i < g->rows * g->cols; i++) {
		/* half of what was wide may be under this */
		bool next = i + 1 < g->rows * g->cols &&
			    differs(&t->shown.glyphs[i + 1], &g->glyphs[i + 1]);

		if (all || differs(&t->shown.glyphs[i], &g->glyphs[i]) ||
		    (next && (t->shown.glyphs[i].width == 2 ||
			      g->glyphs[i].width == 2)))
			show_glyph(t, i / g->cols, i % g->cols, &g->glyphs[i]);
	}
	memcpy(t->shown.glyphs, g->glyphs,
	       (size_t)g->rows * (size_t)g->cols * sizeof(*g->glyphs));
	t->all = false;
	if (g->cursor_row >= 0)
		nc.wmove(t->window, g->cursor_row, g->cursor_col);
	nc.curs_set(g->cursor_row >= 0);
	nc.wrefresh(t->window);
}

void term_redraw(struct term *t)
{
	t->all = true;
	nc.clearok(t->window, TRUE);
}

void term_resized(struct term *t)
{
	int rows, cols;

	term_size(t, &rows, &cols);
	nc.resizeterm(rows, cols);
	nc.wclear(t->window);
	t->all = true;
}

static const struct {
	int code;
	uint32_t key;
} codes[] = {
	{ KEY_UP, KEYS_UP },          { KEY_DOWN, KEYS_DOWN },
	{ KEY_LEFT, KEYS_LEFT },      { KEY_RIGHT, KEYS_RIGHT },
	{ KEY_PPAGE, KEYS_PAGE_UP },  { KEY_NPAGE, KEYS_PAGE_DOWN },
	{ KEY_HOME, KEYS_HOME },      { KEY_END, KEYS_END },
	{ KEY_DC, KEYS_DELETE },      { KEY_BACKSPACE, KEYS_BACKSPACE },
	{ KEY_BTAB, KEYS_BACK_TAB },  { KEY_ENTER, KEYS_ENTER },
	{ KEY_F(1), KEYS_F1 },        { KEY_F(2), KEYS_F2 },
	{ KEY_F(3), KEYS_F3 },        { KEY_F(4), KEYS_F4 },
	{ KEY_F(5), KEYS_F5 },        { KEY_F(6), KEYS_F6 },
	{ KEY_F(7), KEYS_F7 },        { KEY_F(8), KEYS_F8 },
	{ KEY_F(9), KEYS_F9 },        { KEY_F(10), KEYS_F10 },
	{ KEY_RESIZE, KEYS_RESIZED },
};

static bool mouse_input(struct input *ret)
{
	MEVENT event;

	if (nc.getmouse(&event) == ERR)
		return false;
	ret->row = event.y;
	ret->col = event.x;
	ret->key = event.bstate & BUTTON4_PRESSED   ? KEYS_WHEEL_UP
		   : event.bstate & BUTTON5_PRESSED ? KEYS_WHEEL_DOWN
		   : event.bstate & CLICKS          ? KEYS_CLICK
						    : 0;
	return ret->key != 0;
}

bool term_input(struct term *t, struct input *ret)
{
	wint_t got;

	for (;;) {
		int r = nc.wget_wch(t->window, &got);

		*ret = (struct input){ 0 };
		if (r == ERR)
			return false;
		if (r != KEY_CODE_YES) {
			ret->key = (uint32_t)got;
			return true;
		}
		if (got == KEY_MOUSE && mouse_input(ret))
			return true;
		for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
			if (codes[i].code == (int)got) {
				ret->key = codes[i].key;
				return true;
			}
		}
		/* a key that means nothing here */
	}
}

void term_leave(struct term *t)
{
	nc.endwin();
	clear_last_line(t);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &t->modes);
	t->left = true;
}

void term_return(struct term *t)
{
	if (t->left) /* the shell may have changed them meanwhile */
		tcgetattr(STDIN_FILENO, &t->modes);
	else /* curses does not know that anything has happened */
		nc.endwin();
	t->left = false;
	restore_arm(STDOUT_FILENO, t->restoring, &t->modes);
	term_resized(t);
	term_redraw(t);
}

#else /* without curses */

int term_open(const struct term_options *options, struct term **ret,
	      struct err *err)
{
	(void)options;
	(void)ret;
	err_set(err, -ENOTSUP, "this tacho was built without ncurses");
	err_hint(err, "tacho top -b for lines of text");
	return -ENOTSUP;
}

/* There never is one. */
void term_close(struct term *t)
{
	(void)t;
}

void term_size(const struct term *t, int *rows, int *cols)
{
	(void)t;
	*rows = *cols = 0;
}

bool term_utf8(const struct term *t)
{
	(void)t;
	return false;
}

void term_show(struct term *t, const struct grid *g)
{
	(void)t;
	(void)g;
}

void term_redraw(struct term *t)
{
	(void)t;
}

bool term_input(struct term *t, struct input *ret)
{
	(void)t;
	(void)ret;
	return false;
}

int term_fd(const struct term *t)
{
	(void)t;
	return -1;
}

void term_resized(struct term *t)
{
	(void)t;
}

void term_leave(struct term *t)
{
	(void)t;
}

void term_return(struct term *t)
{
	(void)t;
}

#endif
