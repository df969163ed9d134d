/* What cairo does not say of a PDF.  Private to src/exchange/. */
#ifndef EXCHANGE_PAPER_PDF_H
#define EXCHANGE_PAPER_PDF_H
#include "exchange/paper.h"

/*
 * Adds the language of the document, and that readers show its title, to the catalog of a
 * finished file, by an incremental update (ISO 32000-1 7.5.6, 14.9.2).
 */
bool pdf_language(struct buf *file, const char *lang, struct err *err) MUST_USE;

#endif
