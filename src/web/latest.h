/* The latest acts as a visitor may see them (exchange/latest.h). */
#ifndef WEB_LATEST_H
#define WEB_LATEST_H
#include "exchange/latest.h"
#include "web/pages.h"

struct latest latest_of(const struct visit *v);

#endif
