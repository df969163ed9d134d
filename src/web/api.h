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

#endif
