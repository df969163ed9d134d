/* What the files of the API share. */
#ifndef WEB_API_H
#define WEB_API_H
#include "web/server.h"

/* A list ends early, with its `next`, when the data of its rows would pass API_BYTES. */
enum { API_LIMIT = 100, API_LIMIT_MAX = 1000, API_BYTES = 4 << 20 };

/* Anybody's page may read what is public. */
void api_open(struct visit *v);
/* The record type that parts[0] names; without one the answer is written. */
const struct record *api_kind(struct visit *v);
/* Whether a list can be filtered by this field. */
bool api_filters(const struct field *f);

/* --- what the files that describe it for programs share --- */
struct json_w;
void api_path_open(struct json_w *w, const char *path, const char *kind, const char *tail,
		   const char *method);
void api_path_close(struct json_w *w);
void api_parameter(struct json_w *w, const char *name, const char *in, const char *about);
void api_answers(struct json_w *w, const char *status, const char *about);
/* Paths to read that are of no record type (api_openapi_paths.c). */
void api_other_paths(struct json_w *w);

#endif
