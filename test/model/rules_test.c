#include "check.h"
#include "model/model.h"

#define ID  "019a0000-0000-7000-8000-000000000001"
#define ORG "\"ml/" ID "\""
#define J   "\"joint/" ID "\""

/* Of each record the least that passes, without what its rules look at. */
static const struct {
	const char *record, *members;
} bases[] = {
	{ "commission", "\"title\":{\"fr\":\"t\"}" },
	{ "body", "\"title\":{\"fr\":\"t\"},\"kind\":\"committee\"" },
	{ "session", "\"title\":{\"fr\":\"t\"},\"kind\":\"plenary\"" },
	{ "article", "\"session\":" J ",\"number\":\"1\"" },
	{ "decision", "\"number\":\"1\",\"title\":{\"fr\":\"t\"},\"text\":{\"fr\":\"t\"},"
		      "\"kind\":\"note\",\"session\":" J },
	{ "decision_report", "\"decision\":" J ",\"date\":\"2026-01-01\"" },
	{ "agreement", "\"title\":{\"fr\":\"t\"},\"kind\":\"treaty\"" },
	{ "procedure", "\"agreement\":" J ",\"step\":\"signed\"" },
	{ "project", "\"title\":{\"fr\":\"t\"},\"status\":\"2\",\"field\":\"energy\"" },
	{ "progress", "\"project\":" J ",\"date\":\"2026-01-01\"" },
	{ "milestone_report", "\"project\":" J ",\"milestone\":\"a\",\"date\":\"2026-01-01\"" },
	{ "obstacle", "\"title\":{\"fr\":\"t\"},\"kind\":\"risk\",\"severity\":\"low\","
		      "\"raised\":\"2026-01-02\"" },
	{ "indicator", "\"title\":{\"fr\":\"t\"}" },
	{ "measurement", "\"indicator\":" J ",\"value\":\"1\"" },
	{ "budget",
	  "\"project\":" J ",\"type\":\"1\",\"status\":\"1\",\"value\":{\"amount\":\"1\","
	  "\"currency\":\"XOF\",\"value_date\":\"2026-01-01\"}" },
	{ "planned_disbursement",
	  "\"project\":" J
	  ",\"value\":{\"amount\":\"1\",\"currency\":\"XOF\",\"value_date\":\"2026-01-01\"}" },
	{ "rate", "\"origin\":\"bceao\",\"date\":\"2026-01-01\",\"value\":\"655.957\"" },
	{ "reconciliation", "\"title\":{\"fr\":\"t\"}" },
	{ "flow_remark", "\"illustrative\":true" },
	{ "consignment", "\"title\":{\"fr\":\"t\"},\"reference\":\"r\",\"quantity\":{"
			 "\"amount\":\"10\",\"unit\":\"t\"}" },
	{ "cohort", "\"title\":{\"fr\":\"t\"},\"intake\":\"2026\"" },
	{ "contact", "\"name\":\"n\"" },
	{ "letter", "\"number\":\"1\",\"direction\":\"in\",\"subject\":{\"fr\":\"t\"},\"date\":"
		    "\"2026-01-02\"" },
	{ "document", "\"title\":{\"fr\":\"t\"}" },
	{ "call", "\"title\":{\"fr\":\"t\"},\"role\":\"1\"" },
};

#define SECTOR(code, share) "{\"sector\":\"" code "\",\"percentage\":\"" share "\"}"
#define PLACE(share)        "{\"country\":\"ML\"" share "}"
#define POINT(lat)          "{\"point\":{\"lat\":\"" lat "\",\"lon\":\"-8\"}}"
#define MILE(key, more)                                                                        \
	"{\"key\":\"" key "\",\"title\":{\"fr\":\"t\"},\"planned_end\":\"2027-01-01\"" more "}"
#define TARGET(from, to)                                                                       \
	"{\"period_start\":\"" from "\",\"period_end\":\"" to "\",\"value\":\"1\"}"
#define STEP(date, more)                                                                       \
	"{\"step\":\"loaded\",\"date\":\"" date                                                \
	"\",\"quantity\":{\"amount\":\"10\",\"unit\":\"t\"}" more "}"
#define STAGE(stage, n)                                                                        \
	"{\"stage\":\"" stage "\",\"date\":\"2026-01-01\",\"persons\":\"" n "\"}"
#define PAIR(more)                                                                             \
	"\"period_start\":\"2026-01-01\",\"period_end\":\"2026-03-31\",\"status\":\"draft\","  \
	"\"pairs\":[{" more "}]"
#define QUARTER "\"period_start\":\"2026-01-01\",\"period_end\":\"2026-03-31\""

/* What breaks a rule, what keeps it, the path of the finding, how the message begins. */
static const struct {
	const char *record, *bad, *good, *path, *says;
} cases[] = {
	{ "commission", "\"dissolved\":\"2026-01-01\"",
	  "\"dissolved\":\"2026-01-01\",\"established\":\"2026-01-01\"", "established",
	  "a dissolved commission" },
	{ "commission", "\"dissolved\":\"2026-01-01\",\"established\":\"2026-01-02\"",
	  "\"established\":\"2026-01-02\"", "dissolved", "it cannot be dissolved" },
	{ "body", "\"dissolved\":\"2026-01-01\",\"established\":\"2026-01-02\"",
	  "\"dissolved\":\"2026-01-01\"", "dissolved", "it cannot be dissolved" },
	{ "body",
	  "\"chairs\":[{\"party\":\"ml\",\"since\":\"2026-01-02\",\"until\":\"2026-01-01\"}]",
	  "\"chairs\":[{\"party\":\"ml\",\"since\":\"2026-01-02\",\"until\":\"2026-01-02\"}]",
	  "chairs.0.until", "the end lies" },
	{ "contact", "\"since\":\"2026-01-02\",\"until\":\"2026-01-01\"",
	  "\"until\":\"2026-01-01\"", "until", "the end lies" },
	{ "article", "\"text\":{\"fr\":\"a\",\"ru\":\"in [b\"}",
	  "\"text\":{\"fr\":\"a\",\"ru\":\"in [b] [ML: c]\"}", "text.ru",
	  "each square bracket" },
	{ "article", "\"text\":{\"fr\":\"a [b [c]]\"}", "\"text\":{\"fr\":\"a\"}", "text.fr",
	  "each square bracket" },
	{ "article", "\"heading\":{\"fr\":\"b]\"},\"text\":{\"fr\":\"a\"}",
	  "\"heading\":{\"fr\":\"[b]\"},\"text\":{\"fr\":\"a\"}", "heading.fr",
	  "each square bracket" },
	{ "session", "\"status\":\"planned\",\"date\":\"2026-01-02\",\"closes\":\"2026-01-01\"",
	  "\"status\":\"planned\",\"date\":\"2026-01-02\",\"closes\":\"2026-01-02\"", "closes",
	  "the session cannot close" },
	{ "session", "\"status\":\"held\",\"date\":\"2026-01-02\",\"signed_on\":\"2026-01-01\"",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"signed_on\":\"2026-01-03\"",
	  "signed_on", "the protocol cannot" },
	{ "session",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"next_session\":\"2025-01-02\"",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"next_session\":\"2027-01-02\"",
	  "next_session", "the next session" },
	{ "session", "\"status\":\"held\",\"date\":\"2026-07-01\"",
	  "\"status\":\"planned\",\"date\":\"2026-07-01\"", "date", "a session that was held" },
	{ "session",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"agenda\":[{\"number\":\"1\",\"title\":"
	  "{\"fr\":\"t\"}},{\"number\":\"1 \",\"title\":{\"fr\":\"t\"}}]",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"agenda\":[{\"number\":\"1\",\"title\":"
	  "{\"fr\":\"t\"}},{\"number\":\"1.1\",\"title\":{\"fr\":\"t\"}}]",
	  "agenda.1.number", "the item number" },
	{ "session",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"delegations\":[{\"role\":\"party\"}]",
	  "\"status\":\"held\",\"date\":\"2026-01-02\",\"delegations\":[{\"role\":\"guest\"},{"
	  "\"role\":\"party\",\"party\":\"ru\"}]",
	  "delegations.0.party", "say which side" },
	{ "decision", "\"status\":\"executed\"",
	  "\"status\":\"executed\",\"closed\":\"2026-01-01\"", "closed",
	  "an executed decision" },
	{ "decision", "\"status\":\"carried-over\"",
	  "\"status\":\"carried-over\",\"closed\":\"2026-01-01\"", "closed",
	  "a decision carried over" },
	{ "decision", "\"status\":\"lapsed\",\"closed_by\":" J,
	  "\"status\":\"lapsed\",\"closed\":\"2026-01-01\",\"closed_by\":" J, "closed",
	  "give the day on which" },
	{ "decision_report", "\"status\":\"done\",\"approval\":\"granted\"",
	  "\"status\":\"done\",\"approval\":\"granted\",\"approved\":\"2026-01-01\"",
	  "approved", "give the day the approval" },
	{ "decision_report", "\"status\":\"blocked\"",
	  "\"status\":\"blocked\",\"delay_reason\":\"funding\"", "delay_reason",
	  "say why it is blocked" },
	{ "agreement", "\"status\":\"signed\"",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\"", "signed", "a signed agreement" },
	{ "agreement", "\"status\":\"in-force\"",
	  "\"status\":\"in-force\",\"in_force\":\"2025-06-23\"", "in_force",
	  "an agreement in force" },
	{ "agreement", "\"status\":\"provisional\"",
	  "\"status\":\"provisional\",\"provisional\":\"2025-06-23\"", "provisional",
	  "give the day from which" },
	{ "agreement", "\"status\":\"negotiation\",\"clause\":\"date\"",
	  "\"status\":\"negotiation\",\"clause\":\"date\",\"in_force\":\"2027-01-01\"",
	  "in_force", "the clause fixes" },
	{ "agreement", "\"status\":\"negotiation\",\"clause_days\":\"30\"",
	  "\"status\":\"negotiation\",\"clause_days\":\"30\",\"clause\":\"notification\"",
	  "clause", "say which event" },
	{ "agreement",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\",\"provisional\":\"2025-06-22\"",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\",\"provisional\":\"2025-06-23\"",
	  "provisional", "it cannot be applied" },
	{ "agreement",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\",\"in_force\":\"2025-06-22\"",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\",\"in_force\":\"2025-06-23\"",
	  "in_force", "it cannot enter" },
	{ "agreement",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\",\"expires\":\"2025-06-22\"",
	  "\"status\":\"signed\",\"signed\":\"2025-06-23\",\"expires\":\"2030-06-22\"",
	  "expires", "it cannot expire before it was" },
	{ "agreement",
	  "\"status\":\"in-force\",\"in_force\":\"2025-06-23\",\"expires\":\"2025-06-22\"",
	  "\"status\":\"in-force\",\"in_force\":\"2025-06-23\",\"expires\":\"2025-06-24\"",
	  "expires", "it cannot expire before it enters" },
	{ "agreement",
	  "\"status\":\"negotiation\",\"languages\":[{\"language\":\"fr\"},{\"language\":"
	  "\"ru\"},{\"language\":\"fr\"}]",
	  "\"status\":\"negotiation\",\"languages\":[{\"language\":\"fr\"},{\"language\":"
	  "\"ru\"}]",
	  "languages.2.language", "the language fr" },
	{ "procedure", "\"reference\":\"r\"", "\"expected\":\"2027-01-01\"", "date",
	  "give the day the step" },
	{ "project", "\"planned_start\":\"2026-01-02\",\"planned_end\":\"2026-01-01\"",
	  "\"planned_start\":\"2026-01-02\",\"planned_end\":\"2026-01-02\"", "planned_end",
	  "the planned end" },
	{ "project", "\"actual_start\":\"2026-01-02\",\"actual_end\":\"2026-01-01\"",
	  "\"actual_start\":\"2026-01-02\",\"actual_end\":\"2026-01-02\"", "actual_end",
	  "the actual end" },
	{ "project", "\"actual_end\":\"2026-01-01\"", "\"actual_start\":\"2026-01-01\"",
	  "actual_start", "a project that has ended" },
	{ "project", "\"sectors\":[" SECTOR("23230", "60") "," SECTOR("23110", "39.999999") "]",
	  "\"sectors\":[" SECTOR("23230", "33.33") "," SECTOR("23110", "33.33") "," SECTOR(
		  "23210", "33.34") "]",
	  "sectors", "the percentages of the sectors add up to 99.999999" },
	{ "project",
	  "\"locations\":[" PLACE(",\"percentage\":\"60\"") "," PLACE(
		  ",\"percentage\":\"50\"") "]",
	  "\"locations\":[" PLACE(",\"percentage\":\"60\"") "," PLACE(
		  ",\"percentage\":\"40\"") "]",
	  "locations", "the percentages of the places add up to 110" },
	{ "project", "\"locations\":[" PLACE(",\"percentage\":\"100\"") "," PLACE("") "]",
	  "\"locations\":[" PLACE("") "," PLACE("") "]", "locations",
	  "the percentages of the places add up to 100" },
	{ "project", "\"sectors\":[" SECTOR("23230", "60") "," SECTOR("23230", "40") "]",
	  "\"sectors\":[" SECTOR("23230", "100") "]", "sectors.1.sector", "the sector 23230" },
	{ "project",
	  "\"sectors_on_transactions\":true,\"sectors\":[" SECTOR("23230", "100") "]",
	  "\"sectors_on_transactions\":false,\"sectors\":[" SECTOR("23230", "100") "]",
	  "sectors", "sectors stand either" },
	{ "project", "\"milestones\":[" MILE("a", "") "," MILE("a", "") "]",
	  "\"milestones\":[" MILE("a", "") "," MILE("b", "") "]", "milestones.1.key",
	  "the key a" },
	{ "project",
	  "\"milestones\":[" MILE("a", ",\"depends_on\":\"c b\"") "," MILE("b", "") "]",
	  "\"milestones\":[" MILE("a", ",\"depends_on\":\"b c\"") "," MILE(
		  "b", ",\"depends_on\":\"c\"") "," MILE("c", "") "]",
	  "milestones.0.depends_on", "no milestone of this plan has the key “c”" },
	{ "project",
	  "\"milestones\":[" MILE("a", "") "," MILE("b", ",\"depends_on\":\"a d\"") "," MILE(
		  "c", ",\"depends_on\":\"b\"") "," MILE("d", ",\"depends_on\":\"c\"") "]",
	  "\"milestones\":[" MILE("a", "") "," MILE("b", ",\"depends_on\":\"a\"") "," MILE(
		  "c", ",\"depends_on\":\"b\"") "," MILE("d", ",\"depends_on\":\"c\"") "]",
	  "milestones.1.depends_on", "milestones wait for each other in a circle, “b”" },
	{ "project", "\"route\":[" POINT("12") "]",
	  "\"route\":[" POINT("12") "," POINT("13") "]", "route.0.point",
	  "one point is no line" },
	{ "project", "\"milestones\":[" MILE("a", ",\"depends_on\":\"a\"") "]",
	  "\"milestones\":[" MILE("a", "") "]", "milestones.0.depends_on",
	  "milestones wait for each other in a circle, “a”" },
	{ "project", "\"milestones\":[" MILE("a", ",\"planned_start\":\"2027-01-02\"") "]",
	  "\"milestones\":[" MILE("a", ",\"planned_start\":\"2027-01-01\"") "]",
	  "milestones.0.planned_end", "the planned end" },
	{ "progress", "\"health\":\"late\"", "\"health\":\"late\",\"delay_reason\":\"customs\"",
	  "delay_reason", "say why it is late" },
	{ "progress", "\"health\":\"blocked\"", "\"health\":\"on-track\"", "delay_reason",
	  "say why it is blocked" },
	{ "milestone_report",
	  "\"status\":\"under-way\",\"actual_start\":\"2026-01-02\",\"actual_end\":\"2026-01-"
	  "01\"",
	  "\"status\":\"under-way\",\"actual_start\":\"2026-01-02\"", "actual_end",
	  "the actual end" },
	{ "milestone_report", "\"status\":\"done\"",
	  "\"status\":\"done\",\"actual_end\":\"2026-01-01\"", "actual_end",
	  "a milestone that is done" },
	{ "milestone_report", "\"status\":\"blocked\"", "\"status\":\"not-started\"",
	  "delay_reason", "say why it is blocked" },
	{ "obstacle", "\"status\":\"open\",\"due\":\"2026-01-01\"",
	  "\"status\":\"open\",\"due\":\"2026-01-02\"", "due", "it cannot be due" },
	{ "obstacle", "\"status\":\"resolved\",\"resolved\":\"2026-01-01\"",
	  "\"status\":\"resolved\",\"resolved\":\"2026-01-02\"", "resolved",
	  "it cannot be removed" },
	{ "obstacle", "\"status\":\"resolved\"", "\"status\":\"accepted\"", "resolved",
	  "give the day the obstacle" },
	{ "obstacle", "\"status\":\"escalated\"",
	  "\"status\":\"escalated\",\"escalated_to\":" J, "escalated_to", "name the session" },
	{ "indicator", "\"measure\":\"2\",\"baseline\":\"1\"",
	  "\"measure\":\"2\",\"baseline\":\"1\",\"baseline_date\":\"2026-01-01\"",
	  "baseline_date", "the starting value needs" },
	{ "indicator", "\"measure\":\"2\",\"baseline_date\":\"2026-01-01\"",
	  "\"measure\":\"2\"", "baseline", "the date of the starting" },
	{ "indicator", "\"measure\":\"1\"", "\"measure\":\"1\",\"unit\":\"MW\"", "unit",
	  "say in which unit" },
	{ "indicator",
	  "\"measure\":\"2\",\"targets\":[" TARGET("2026-01-01", "2026-12-31") "," TARGET(
		  "2025-01-01", "2025-12-31") "]",
	  "\"measure\":\"2\",\"targets\":[" TARGET("2025-01-01", "2025-12-31") "," TARGET(
		  "2025-01-01", "2026-12-31") "]",
	  "targets.1.period_end", "this period ends before" },
	{ "indicator", "\"measure\":\"2\",\"targets\":[" TARGET("2026-01-02", "2026-01-01") "]",
	  "\"measure\":\"2\",\"targets\":[" TARGET("2026-01-01", "2026-01-01") "]",
	  "targets.0.period_end", "the period ends before it begins" },
	{ "measurement", "\"period_start\":\"2026-01-02\",\"period_end\":\"2026-01-01\"",
	  "\"period_end\":\"2026-01-01\"", "period_end", "the period ends before it begins" },
	{ "budget", "\"period_start\":\"2026-01-02\",\"period_end\":\"2026-01-01\"",
	  "\"period_start\":\"2026-01-01\",\"period_end\":\"2026-12-31\"", "period_end",
	  "the period ends before it begins" },
	{ "budget", "\"period_start\":\"2026-01-01\",\"period_end\":\"2027-01-02\"",
	  "\"period_start\":\"2026-01-01\",\"period_end\":\"2027-01-01\"", "period_end",
	  "a budget covers at most one year from 2026-01-01" },
	{ "planned_disbursement",
	  "\"period_start\":\"2026-01-02\",\"period_end\":\"2026-01-01\"",
	  "\"period_start\":\"2026-01-02\"", "period_end", "the period ends before it begins" },
	{ "rate", "\"base\":\"EUR\",\"quote\":\"EUR\"", "\"base\":\"EUR\",\"quote\":\"XOF\"",
	  "quote", "the two currencies" },
	{ "reconciliation",
	  "\"period_start\":\"2026-01-02\",\"period_end\":\"2026-01-01\",\"status\":\"draft\"",
	  QUARTER ",\"status\":\"draft\"", "period_end", "the period ends before it begins" },
	{ "reconciliation", QUARTER ",\"status\":\"draft\",\"closed\":\"2026-03-30\"",
	  QUARTER ",\"status\":\"agreed\",\"closed\":\"2026-03-31\"", "closed",
	  "a period is closed after" },
	{ "reconciliation", QUARTER ",\"status\":\"agreed\"", QUARTER ",\"status\":\"draft\"",
	  "closed", "an agreed reconciliation" },
	{ "reconciliation", QUARTER ",\"status\":\"agreed-with-reservations\"",
	  QUARTER ",\"status\":\"agreed-with-reservations\",\"closed\":\"2026-05-01\"",
	  "closed", "an agreed reconciliation" },
	{ "reconciliation", PAIR("\"outcome\":\"disputed\""),
	  PAIR("\"outcome\":\"disputed\",\"received\":" ORG), "pairs.0.given",
	  "name at least" },
	{ "reconciliation", PAIR("\"outcome\":\"matched\",\"received\":" ORG),
	  PAIR("\"outcome\":\"matched\",\"given\":" ORG ",\"received\":" ORG), "pairs.0.given",
	  "figures match when both sides have reported: name the provider's" },
	{ "reconciliation", PAIR("\"outcome\":\"matched\",\"given\":" ORG),
	  PAIR("\"outcome\":\"one-side\",\"given\":" ORG), "pairs.0.received",
	  "figures match when both sides have reported: name the receiver's" },
	{ "reconciliation", PAIR("\"outcome\":\"amount\",\"given\":" ORG),
	  PAIR("\"outcome\":\"amount\",\"given\":" ORG
	       ",\"difference\":{\"amount\":\"-1\",\"currency\":\"XOF\"}"),
	  "pairs.0.difference", "the amounts differ" },
	{ "flow_remark", "\"about\":\"comment\",\"text\":{\"fr\":\"x\"}",
	  "\"about\":\"comment\",\"text\":{\"fr\":\"x\"},\"goods\":" ORG, "given",
	  "name what this is about" },
	{ "flow_remark", "\"about\":\"link\",\"given\":" ORG,
	  "\"about\":\"link\",\"given\":" ORG ",\"goods_received\":" ORG, "received",
	  "two entries are linked" },
	{ "flow_remark", "\"about\":\"separate\",\"received\":" ORG,
	  "\"about\":\"separate\",\"received\":" ORG ",\"given\":" ORG, "given",
	  "two entries are linked" },
	{ "flow_remark", "\"about\":\"dispute\",\"given\":" ORG,
	  "\"about\":\"dispute\",\"given\":" ORG ",\"text\":{\"fr\":\"x\"}", "text",
	  "say in words" },
	{ "consignment",
	  "\"steps\":[" STEP("2026-01-01", ",\"loss\":{\"amount\":\"1\",\"unit\":\"t\"}") "]",
	  "\"steps\":[" STEP(
		  "2026-01-01",
		  ",\"loss\":{\"amount\":\"1\",\"unit\":\"t\"},\"loss_reason\":\"theft\"") "]",
	  "steps.0.loss_reason", "say how the loss" },
	{ "consignment", "\"steps\":[" STEP("2026-01-01", ",\"loss_reason\":\"theft\"") "]",
	  "\"steps\":[" STEP("2026-01-01", "") "]", "steps.0.loss", "a reason for a loss" },
	{ "consignment", "\"steps\":[" STEP("2026-01-02", "") "," STEP("2026-01-01", "") "]",
	  "\"steps\":[" STEP("2026-01-02", "") "," STEP("2026-01-02", "") "]", "steps.1.date",
	  "this step is dated before" },
	{ "consignment",
	  "\"steps\":[{\"step\":\"received\",\"date\":\"2026-01-01\",\"quantity\":{\"amount\":"
	  "\"10\",\"unit\":\"kg\"}}]",
	  "\"steps\":[{\"step\":\"received\",\"date\":\"2026-01-01\",\"quantity\":{\"amount\":"
	  "\"9.5\",\"unit\":\"t\"}}]",
	  "steps.0.quantity", "the goods are counted in t" },
	{ "consignment",
	  "\"steps\":[{\"step\":\"received\",\"date\":\"2026-01-01\",\"quantity\":{\"amount\":"
	  "\"10.1\",\"unit\":\"t\"}}]",
	  "\"steps\":[{\"step\":\"received\",\"date\":\"2026-01-01\",\"quantity\":{\"amount\":"
	  "\"10\",\"unit\":\"t\"}}]",
	  "steps.0.quantity", "this is more than the 10 pledged" },
	{ "cohort", "\"opens\":\"2026-01-02\",\"deadline\":\"2026-01-01\"",
	  "\"deadline\":\"2026-01-01\"", "deadline", "applications cannot" },
	{ "cohort", "\"counts\":[" STAGE("offered", "300") "," STAGE("filled", "301") "]",
	  "\"counts\":[" STAGE("filled", "301") "," STAGE("offered", "290") "," STAGE(
		  "offered", "310") "]",
	  "counts.1.persons", "more persons than the 300" },
	{ "cohort",
	  "\"counts\":[{\"stage\":\"filled\",\"date\":\"2026-01-01\",\"persons\":\"10\","
	  "\"women\":\"11\"}]",
	  "\"counts\":[{\"stage\":\"filled\",\"date\":\"2026-01-01\",\"persons\":\"10\","
	  "\"women\":\"10\"}]",
	  "counts.0.women", "more women than persons (10)" },
	{ "letter", "\"due\":\"2026-01-01\"", "\"due\":\"2026-01-02\"", "due",
	  "the answer cannot" },
	{ "letter", "\"acknowledged\":\"2026-01-01\"", "\"acknowledged\":\"2026-01-03\"",
	  "acknowledged", "receipt cannot" },
	{ "letter", "\"closed\":\"2026-01-01\"", "\"closed\":\"2026-01-02\"", "closed",
	  "it cannot be closed" },
	{ "letter", "\"status\":\"filed\"", "\"status\":\"filed\",\"closed\":\"2026-01-02\"",
	  "closed", "give the day it was filed" },
	{ "document", "\"language\":\"fr\"", "\"address\":\"https://example.org\"", "file",
	  "say where the document" },
	{ "call", "\"opened\":\"2026-01-02\",\"deadline\":\"2026-01-01\"",
	  "\"opened\":\"2026-01-02\",\"deadline\":\"2026-02-01\"", "deadline",
	  "the call cannot" },
};
enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static size_t check_members(struct arena *a, const char *record, const char *members,
			    struct err *errs)
{
	struct model_ctx ctx = { .today = date_days(2026, 6, 30) };
	struct json *data;
	struct err err;
	size_t i = 0;
	struct buf b;

	while (strcmp(bases[i].record, record) != 0)
		i++;
	buf_init(&b, 1 << 16);
	buf_lit(&b, "{");
	buf_z(&b, bases[i].members);
	buf_lit(&b, ",");
	buf_z(&b, members);
	buf_lit(&b, "}");
	check_ok(json_object(a, arena_buf(a, &b), &data, &err), &err);
	return model_check(a, record_named(str_z(record)), data, &ctx, errs, MODEL_ERRORS_MAX);
}

static void broken_rules_are_found(void **state)
{
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < CASES; i++) {
		size_t n = check_members(&a, cases[i].record, cases[i].bad, errs);
		struct buf b;

		buf_init(&b, 4096);
		if (n)
			lang_err(&b, LANG_EN, &errs[0]);
		if (n != 1 || strcmp(errs[0].field, cases[i].path) != 0 ||
		    !str_starts(buf_str(&b), str_z(cases[i].says))) {
			print_error("%s %s: %zu findings; %s: %.*s\n", cases[i].record,
				    cases[i].bad, n, n ? errs[0].field : "", STR(buf_str(&b)));
			fail();
		}
		buf_done(&b);
	}
	arena_done(&a);
}

static void kept_rules_pass(void **state)
{
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < CASES; i++) {
		if (check_members(&a, cases[i].record, cases[i].good, errs) != 0) {
			print_error("%s %s: %s: %s\n", cases[i].record, cases[i].good,
				    errs[0].field, errs[0].message);
			fail();
		}
	}
	arena_done(&a);
}

/* Every line of rules.def. */
static const struct {
	const char *record, *message;
} lines[] = {
#define NOT_BEFORE(r, x, y, m)         { #r, m },
#define ONE_YEAR(r, x, y, m)           { #r, m },
#define NEEDS(r, x, y, m)              { #r, m },
#define CODE_NEEDS(r, f, code, x, m)   { #r, m },
#define CODE_PAST(r, f, code, x, m)    { #r, m },
#define EXCLUDES(r, x, y, m)           { #r, m },
#define SOME_OF(r, x, y, z, m)         { #r, m },
#define DIFFER(r, x, y, m)             { #r, m },
#define UNIQUE(r, list, part, x, m)    { #r, m },
#define SUM_100(r, list, part, x, m)   { #r, m },
#define ASCENDING(r, list, part, x, m) { #r, m },
#define OWN(r, fn)                     { #r, NULL },
#include "model/rules.def"
};

/* The record of a case's finding: the part's when the path goes into one. */
static bool tells(size_t i, const char *record, const char *message, const struct err *err)
{
	const char *dot = strchr(cases[i].path, '.');
	const struct record *r = record_named(str_z(cases[i].record));
	const struct field *parts =
		dot ? record_field(r, str_of(cases[i].path, (size_t)(dot - cases[i].path)))
		    : NULL;

	return strcmp(err->message, message) == 0 &&
	       (strcmp(record, r->name) == 0 ||
		(parts && strcmp(record, records[parts->to].name) == 0));
}

static void every_rule_has_its_case(void **state)
{
	static struct err found[CASES];
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;

	(void)state;
	arena_init(&a, 1 << 24);
	for (size_t i = 0; i < CASES; i++) {
		assert_int_equal(check_members(&a, cases[i].record, cases[i].bad, errs), 1);
		found[i] = errs[0];
	}
	arena_done(&a);
	for (size_t k = 0; k < sizeof(lines) / sizeof(lines[0]); k++) {
		bool told = !lines[k].message;

		for (size_t i = 0; i < CASES && !told; i++)
			told = tells(i, lines[k].record, lines[k].message, &found[i]);
		if (!told)
			fail_msg("no case breaks this rule of %s: %s", lines[k].record,
				 lines[k].message);
	}
}

static void long_chains_are_followed(void **state)
{
	struct err errs[MODEL_ERRORS_MAX];
	struct arena a;
	struct buf b;

	(void)state;
	arena_init(&a, 1 << 24);
	for (int closed = 0; closed < 2; closed++) {
		buf_init(&b, 1 << 20);
		buf_lit(&b, "\"milestones\":[");
		for (unsigned i = 0; i < 200; i++) {
			buf_add(&b, i ? S(",") : S(""));
			buf_lit(&b, "{\"title\":{\"fr\":\"t\"},\"planned_end\":\"2027-01-01\","
				    "\"key\":\"m");
			buf_u64(&b, i);
			buf_lit(&b, "\",\"depends_on\":\"");
			if (i < 199 || closed) {
				buf_lit(&b, "m");
				buf_u64(&b, (i + 1) % 200);
			}
			buf_lit(&b, "\"}");
		}
		buf_lit(&b, "]");
		assert_int_equal(check_members(&a, "project", arena_z(&a, buf_str(&b)), errs),
				 closed);
		buf_done(&b);
	}
	assert_string_equal(errs[0].field, "milestones.0.depends_on");
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_rules_are_found),
		cmocka_unit_test(kept_rules_pass),
		cmocka_unit_test(every_rule_has_its_case),
		cmocka_unit_test(long_chains_are_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
