/*
 * What keys do: the parts of view_act() and view_input().
 */
#ifndef TACHO_SCREEN_ACT_H
#define TACHO_SCREEN_ACT_H

#include "screen/view.h"

/* ---- act_prompt.c: what is asked in a line ---- */

void ask_search(struct view *v);
void ask_filter(struct view *v);
void ask_user(struct view *v);
void ask_delay(struct view *v);
void ask_seek(struct view *v);
/* A key while the line is open. */
void ask_input(struct view *v, uint32_t key);
/* The next row (or that before) that matches what was searched. */
void search_again(struct view *v, bool back);

/* ---- play.c: standing still and going on, places in a recording ---- */

/* "50%", "13:45[:10]" or "#7" as a tick of the recording. */
int seek_parse(const struct view *v, const char *text, size_t *ret,
	       struct err *err);
/* Show that tick next. */
void seek_to(struct view *v, size_t tick);

void play_pause(struct view *v);
/* Of a recording: one look further or back, and stand still there. */
void play_step(struct view *v, bool backwards);
void play_speed(struct view *v, double factor);

/* ---- kill.c: signals, asked twice ---- */

void kill_ask(struct view *v);
/* The signal of the menu was chosen. */
void kill_choose(struct view *v, size_t item);
void kill_send(struct view *v);
void kill_forget(struct view *v);

#endif
