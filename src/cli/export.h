/* What files go out as, one function a format.  Private to src/cli/. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H
#include "cli/cli.h"

int export_table(const struct words *w); /* csv, xlsx, json, jsonl */
int export_iati(const struct words *w);

#endif
