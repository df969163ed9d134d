/*
 * The pages: what the routes of `web` answer with, and the pieces they share.
 *
 * A page reads through its visit's view and writes HTML between page_begin and page_end.
 * The generic ones (list, record, history, form) loop over the model's tables: a new
 * record type needs no line here.  parts[0] of every page is the language; the others
 * are named beside each function.
 */
#ifndef WEB_PAGES_H
#define WEB_PAGES_H
#include "web/web.h"

/* --- answers of routes: pattern, least access, body, cached --- */
void page_home(struct visit *v);      /* GET  /{}/                    public, cached: what is late, next, awaited; money; results */
void page_search(struct visit *v);    /* GET  /{}/search              public, cached; ?q= */
void page_verify(struct visit *v);    /* GET  /{}/verify              public, cached */
void page_calendar(struct visit *v);  /* GET  /{}/calendar            public, cached */
void page_money(struct visit *v);     /* GET  /{}/money               public, cached */
void page_results(struct visit *v);   /* GET  /{}/results             public, cached */
void page_entry(struct visit *v);     /* GET  /{}/entry/{}/{}         public, cached; ledger, index */
void page_list(struct visit *v);      /* GET  /{}/{}                  public, cached; slug or kind */
void page_record(struct visit *v);    /* GET  /{}/{}/{}/{}            public, cached; kind, party, id */
void page_history(struct visit *v);   /* GET  /{}/{}/{}/{}/history    public, cached; kind, party, id */
void page_form(struct visit *v);      /* GET  /{}/{}/new and /{}/{}/{}/{}/edit   clerk; kind [, party, id] */
void page_form_post(struct visit *v); /* POST the same two addresses  clerk; attachments come in this body */
void page_act_post(struct visit *v);  /* POST /{}/{}/{}/{}/act        secretary; accept or decline the open proposal, end a record */

#endif
