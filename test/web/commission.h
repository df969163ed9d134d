/* A commission with two sessions, decisions, an agreement and a project: what the cockpit, the
 * matrix, the treaty board and the calendar are tested with.  Today is 2 March 2026. */
#ifndef TEST_WEB_COMMISSION_H
#define TEST_WEB_COMMISSION_H
#include "golden.h"

#define CID(kind, n) "01981000-000" #kind "-7000-8000-00000000000" #n
#define PUT(kind, id, data)                                                                    \
	"{\"type\":\"record.put\",\"kind\":\"" kind "\",\"id\":\"" id "\",\"data\":{" data "}" \
	"}"
#define BOTH(field, fr, ru) "\"" field "\":{\"fr\":\"" fr "\",\"ru\":\"" ru "\"}"
#define DECISION(n, number, more)                                                              \
	PUT("decision", CID(3, n),                                                             \
	    "\"number\":\"" number                                                             \
	    "\"," BOTH("title", "Décision " number, "Решение " number) "," BOTH(               \
		    "text", "Texte", "Текст") ",\"kind\":\"instruct\","                        \
					      "\"session\":\"joint/" CID(2, 1) "\"," more)

static const char *const commission[] = {
	PUT("organisation", CID(1, 1),
	    BOTH("name", "Ministère des Finances",
		 "Министерство финансов") ",\"type\":\"10\",\"country\":\"ML\""),
	PUT("session", CID(2, 1),
	    BOTH("title", "Première session",
		 "Первая сессия") ",\"kind\":\"plenary\",\"status\":\"held\",\"date\":"
				  "\"2025-07-29\",\"signed_on\":\"2025-07-29\""),
	PUT("session", CID(2, 2),
	    BOTH("title", "Deuxième session",
		 "Вторая сессия") ",\"kind\":\"plenary\","
				  "\"status\":\"planned\",\"date\":\"2026-06-15\",\"agenda\":[{"
				  "\"number\":\"1\"," BOTH("title", "Exécution du protocole",
							   "Выполнение протокола") "}]"),
	DECISION(1, "I-01",
		 "\"status\":\"open\",\"deadline\":\"2026-01-31\",\"leads\":[{\"party\":\"ml\","
		 "\"organisation\":\"ml/" CID(
			 1, 1) "\"}],\"approvals\":[{\"party\":"
			       "\"ru\"," BOTH("authority", "Gouvernement",
					      "Правительство") ",\"deadline\":"
							       "\"2026-02-28\"},{"
							       "\"party\":"
							       "\"ml\"," BOTH(
								       "aut"
								       "hor"
								       "it"
								       "y",
								       "Con"
								       "sei"
								       "l "
								       "des"
								       " mi"
								       "nis"
								       "tre"
								       "s",
								       "Сов"
								       "ет "
								       "мин"
								       "ист"
								       "ро"
								       "в") ",\"granted\":"
									    "\"2026-02-01\"}]"),
	DECISION(2, "I-02", "\"status\":\"open\",\"deadline\":\"2026-12-31\""),
	DECISION(3, "I-03", "\"status\":\"open\",\"deadline\":\"2026-02-01\""),
	DECISION(4, "I-04",
		 "\"status\":\"executed\",\"deadline\":\"2026-02-10\",\"closed\":\"2026-02-"
		 "09\""),
	PUT("decision_report", CID(4, 1),
	    "\"decision\":\"joint/" CID(
		    3, 1) "\",\"date\":\"2026-01-10\",\"status\":\"under-way\""),
	PUT("decision_report", CID(4, 2),
	    "\"decision\":\"joint/" CID(
		    3, 1) "\",\"date\":\"2026-02-20\",\"status\":\"blocked\","
			  "\"delay_reason\":\"customs\",\"expected\":\"2026-05-01\"," BOTH(
				  "narrative", "Les camions attendent <à la frontière>.",
				  "Грузовики ждут.")),
	PUT("decision_report", CID(4, 3),
	    "\"decision\":\"joint/" CID(3, 3) "\",\"date\":\"2026-01-30\",\"status\":\"done\""),
	PUT("project", CID(7, 1),
	    BOTH("title", "Pont de Kayes",
		 "Мост в Каесе") ",\"status\":\"2\",\"field\":"
				 "\"transport\",\"planned_start\":"
				 "\"2025-10-01\",\"planned_end\":\"2026-12-31\","
				 "\"actual_start\":\"2025-10-15\","
				 "\"milestones\":[{\"key\":\"design\"," BOTH(
					 "title", "Études",
					 "Проект") ",\"planned_end\":\"2026-01-"
						   "31\"},{\"key\":"
						   "\"piers\"," BOTH(
							   "title", "Piles",
							   "Опоры") ","
								    "\""
								    "pl"
								    "an"
								    "ne"
								    "d_"
								    "en"
								    "d"
								    "\""
								    ":"
								    "\""
								    "20"
								    "26"
								    "-0"
								    "6-"
								    "30"
								    "\""
								    ","
								    "\""
								    "de"
								    "pe"
								    "nd"
								    "s_"
								    "on"
								    "\""
								    ":"
								    "\""
								    "de"
								    "si"
								    "gn"
								    "\""
								    "},"
								    "{"
								    "\""
								    "ke"
								    "y"
								    "\""
								    ":"
								    "\""
								    "de"
								    "ck"
								    "\""
								    "," BOTH(
									    "title", "Tablier",
									    "Пролёт") ",\"plann"
										      "ed_"
										      "end\":"
										      "\"2026-"
										      "12-31\","
										      "\"depend"
										      "s_on\":"
										      "\"piers"
										      "\"}]"),
	PUT("agreement", CID(5, 1),
	    BOTH("title", "Accord de base",
		 "Базовое соглашение") ",\"kind\":\"treaty\","
				       "\"status\":\"signed\",\"signed\":\"2025-06-23\","
				       "\"clause\":\"notification\","
				       "\"clause_days\":\"30\",\"duration_years\":\"5\","
				       "\"renewal\":\"tacit\","
				       "\"notice_months\":\"6\",\"obligations\":[{\"article\":"
				       "\"3\"," BOTH(
					       "text", "Tenir la session.",
					       "Провести сессию.") ",\"party\":\"ml\","
								   "\"project\":\"joint/" CID(
									   7, 1) "\"}]"),
	PUT("procedure", CID(6, 1),
	    "\"agreement\":\"joint/" CID(5,
					 1) "\",\"step\":\"notified\",\"date\":\"2025-12-02\","
					    "\"reference\":\"N 12\""),
	PUT("procedure", CID(6, 2),
	    "\"agreement\":\"joint/" CID(
		    5, 1) "\",\"step\":\"ratified\",\"expected\":\"2026-02-01\""),
	PUT("milestone_report", CID(8, 1),
	    "\"project\":\"joint/" CID(7,
				       1) "\",\"milestone\":\"design\",\"date\":\"2026-02-20\","
					  "\"status\":\"under-way\",\"actual_start\":\"2025-10-"
					  "15\",\"expected_end\":"
					  "\"2026-03-31\",\"delay_reason\":\"funding\""),
};

static inline int commission_up(void **state)
{
	int done = live_up(state);

	for (size_t i = 0; i < sizeof(commission) / sizeof(*commission); i++) {
		t.fixed.ms += 60000;
		good(&t, t.ml, commission[i]);
	}
	return done;
}

/* How often a text stands in a page. */
static inline size_t times_in(struct str page, const char *what)
{
	size_t n = 0, at;

	while ((at = str_find(page, str_z(what))) < page.n) {
		n++;
		page = str_from(page, at + 1);
	}
	return n;
}

#endif
