#include "web/pages.h"
#include "web/papers.h"
#include "web/server.h"

/*
 * Every address of the server.  The first row that matches answers, so that a word
 * ("/{lang}/search") stands before the pattern that would take it too ("/{lang}/{}").
 */

#define GET_PAGE(pattern, answer)                                                              \
	{                                                                                      \
		"GET", pattern, ACCESS_PUBLIC, 0, true, answer                                 \
	}
#define GET_LIVE(pattern, answer)                                                              \
	{                                                                                      \
		"GET", pattern, ACCESS_PUBLIC, 0, false, answer                                \
	}
#define GET_FORM(pattern, answer)                                                              \
	{                                                                                      \
		"GET", pattern, ACCESS_CLERK, 0, false, answer                                 \
	}
#define POST(pattern, access, body, answer)                                                    \
	{                                                                                      \
		"POST", pattern, access, body, false, answer                                   \
	}

enum {
	SMALL = 64 << 10,
	CARRIED = 8 << 20,                 /* a form that goes along through a sign-in */
	FORM_BODY = BLOB_MAX + (4u << 20), /* a form with an attachment */
	ACTS_BODY = 16 << 20,
	IMPORT_BODY = 64 << 20,
	POUCH_BODY = 2 * BLOB_MAX /* a larger one travels by stick */
};

const struct route routes[] = {
	GET_LIVE("/", to_language),
	GET_LIVE("/{lang}", to_language),

	POST("/{lang}/sign-in", ACCESS_PUBLIC, CARRIED, sign_in_post),
	GET_LIVE("/{lang}/sign-in", sign_in_page),
	POST("/{lang}/sign-out", ACCESS_PUBLIC, SMALL, sign_out_post),

	GET_PAGE("/{lang}/", page_home),
	GET_PAGE("/{lang}/search", page_search),
	GET_PAGE("/{lang}/verify", page_verify),
	GET_PAGE("/{lang}/data", page_data),
	GET_FORM("/{lang}/import", page_import),
	POST("/{lang}/import", ACCESS_CLERK, IMPORT_BODY, page_import_post),
	GET_PAGE("/{lang}/calendar", page_calendar),
	GET_PAGE("/{lang}/deadlines", page_deadlines),
	GET_PAGE("/{lang}/at-risk", page_at_risk),
	GET_PAGE("/{lang}/silent", page_silent),
	GET_PAGE("/{lang}/decisions", page_decisions),
	GET_PAGE("/{lang}/agreements", page_agreements),
	POST("/{lang}/decisions/{}/escalate", ACCESS_CLERK, SMALL, page_escalate),
	GET_PAGE("/{lang}/money", page_money),
	GET_PAGE("/{lang}/money/figures", page_figures),
	GET_PAGE("/{lang}/results", page_results),
	GET_PAGE("/{lang}/map", page_map),
	GET_PAGE("/{lang}/map.svg", map_image),
	GET_PAGE("/{lang}/reconciliation-desk", page_desk),
	GET_PAGE("/{lang}/reconciliation-desk/flow", page_desk_flow),
	GET_LIVE("/{lang}/reconciliation-desk/statement", page_statement_draft),
	POST("/{lang}/reconciliation-desk/statement", ACCESS_CLERK, SMALL, page_statement_post),
	GET_PAGE("/{lang}/reconciliation/{}/{}/statement", page_statement),
	GET_PAGE("/{lang}/papers/{}", page_paper),
	GET_PAGE("/{lang}/session/{}/{}/protocol", page_protocol),
	POST("/{lang}/session/{}/{}/protocol", ACCESS_CLERK, SMALL, page_protocol_post),
	POST("/{lang}/session/{}/{}/agenda", ACCESS_CLERK, SMALL, page_agenda_post),
	GET_PAGE("/{lang}/forks", page_forks),
	GET_PAGE("/{lang}/awaiting", page_awaiting),
	GET_PAGE("/{lang}/act/{}", page_act),
	POST("/{lang}/act/{}", ACCESS_CLERK, SMALL, page_act_word),
	{ "GET", "/{lang}/pouch", ACCESS_SECRETARY, 0, false, page_pouch },
	{ "GET", "/{lang}/pouch/file", ACCESS_SECRETARY, 0, false, page_pouch_file },
	POST("/{lang}/pouch", ACCESS_SECRETARY, POUCH_BODY, page_pouch_post),
	GET_LIVE("/{lang}/entry/{}/{}", page_entry),
	POST("/{lang}/entry/{}/{}", ACCESS_SECRETARY, SMALL, page_sealed_post),
	GET_FORM("/{lang}/{}/new", page_form),
	POST("/{lang}/{}/new", ACCESS_CLERK, FORM_BODY, page_form_post),
	GET_FORM("/{lang}/{}/{}/{}/edit", page_form),
	POST("/{lang}/{}/{}/{}/edit", ACCESS_CLERK, FORM_BODY, page_form_post),
	POST("/{lang}/{}/{}/{}/act", ACCESS_CLERK, SMALL, page_act_post),
	GET_PAGE("/{lang}/{}/{}/{}/history", page_history),
	GET_PAGE("/{lang}/{}/{}/{}", page_record),
	GET_PAGE("/{lang}/{}", page_list),

	GET_LIVE("/log/checkpoint", log_checkpoint),
	GET_LIVE("/log/tile/{*}", log_tile),
	GET_LIVE("/blob/{}", blob),
	GET_LIVE("/sealed/{}", sealed_file),
	POST("/witness/add-checkpoint", ACCESS_PUBLIC, SMALL, witness_add),
	GET_LIVE("/witness/{}/checkpoint", witness_head),
	GET_LIVE("/mirror/{}/checkpoint", mirror_checkpoint),
	GET_LIVE("/mirror/{}/tile/{*}", mirror_tile),
	GET_LIVE("/witnessed/checkpoint", witnessed_checkpoint),
	GET_LIVE("/witnessed/tile/{*}", witnessed_tile),
	GET_LIVE("/policy", policy),
	GET_LIVE("/keys", keys),
	GET_LIVE("/evidence", evidence_list),
	GET_LIVE("/evidence/{}", evidence),
	GET_LIVE("/pouch", pouch_get),
	POST("/pouch", ACCESS_PUBLIC, POUCH_BODY, pouch_post),

	GET_LIVE("/data/activities.xml", data_activities),
	GET_PAGE("/data/calendar.ics", data_calendar),
	GET_PAGE("/data/feed.atom", data_feed),
	GET_PAGE("/data/map.geojson", data_map),
	GET_PAGE("/data/boundaries.geojson", data_boundaries),
	GET_PAGE("/data/{}", data_file),

	GET_PAGE("/api/openapi.json", api_openapi),
	GET_PAGE("/api/v1/totals", api_totals),
	GET_PAGE("/api/v1/totals/figures", api_figures),
	GET_PAGE("/api/v1/reconciliation-desk", api_desk),
	GET_PAGE("/api/v1/reconciliation-desk.csv", api_desk_csv),
	POST("/api/v1/acts", ACCESS_CLERK, ACTS_BODY, api_acts),
	GET_PAGE("/api/v1/{}", api_list),
	GET_PAGE("/api/v1/{}/{}/{}", api_record),

	GET_LIVE("/healthz", ops_health),
	GET_LIVE("/metrics", ops_metrics),
	GET_LIVE("/assets/{}/{}", asset),
	GET_LIVE("/favicon.ico", favicon),
	GET_LIVE("/robots.txt", robots),
};
const size_t route_count = sizeof(routes) / sizeof(routes[0]);
