#include "model/model.h"

#include <assert.h>
#include <string.h>

#define NAMES(en, fr, ru)                                                                      \
	{                                                                                      \
		[LANG_FR] = (fr), [LANG_RU] = (ru), [LANG_EN] = (en)                           \
	}
#define CODE(c, en, fr, ru)      { (c), NAMES(en, fr, ru), false, sizeof(c) - 1 },
#define WITHDRAWN(c, en, fr, ru) { (c), NAMES(en, fr, ru), true, sizeof(c) - 1 },

static const struct code ActivityStatus[] = {
#include "model/codelists/ActivityStatus.def"
};
static const struct code AgendaPurpose[] = {
#include "model/codelists/AgendaPurpose.def"
};
static const struct code AgreementKind[] = {
#include "model/codelists/AgreementKind.def"
};
static const struct code AgreementStatus[] = {
#include "model/codelists/AgreementStatus.def"
};
static const struct code AidType[] = {
#include "model/codelists/AidType.def"
};
static const struct code ApprovalStatus[] = {
#include "model/codelists/ApprovalStatus.def"
};
static const struct code BodyKind[] = {
#include "model/codelists/BodyKind.def"
};
static const struct code BudgetStatus[] = {
#include "model/codelists/BudgetStatus.def"
};
static const struct code BudgetType[] = {
#include "model/codelists/BudgetType.def"
};
static const struct code CohortStage[] = {
#include "model/codelists/CohortStage.def"
};
static const struct code ConsignmentStep[] = {
#include "model/codelists/ConsignmentStep.def"
};
static const struct code ContactRole[] = {
#include "model/codelists/ContactRole.def"
};
static const struct code CooperationField[] = {
#include "model/codelists/CooperationField.def"
};
static const struct code Country[] = {
#include "model/codelists/Country.def"
};
static const struct code Currency[] = {
#include "model/codelists/Currency.def"
};
static const struct code DecisionKind[] = {
#include "model/codelists/DecisionKind.def"
};
static const struct code DecisionStatus[] = {
#include "model/codelists/DecisionStatus.def"
};
static const struct code DelayReason[] = {
#include "model/codelists/DelayReason.def"
};
static const struct code DelegationRole[] = {
#include "model/codelists/DelegationRole.def"
};
static const struct code DocumentCategory[] = {
#include "model/codelists/DocumentCategory.def"
};
static const struct code EntryClause[] = {
#include "model/codelists/EntryClause.def"
};
static const struct code FinanceType[] = {
#include "model/codelists/FinanceType.def"
};
static const struct code FlowKind[] = {
#include "model/codelists/FlowKind.def"
};
static const struct code FlowType[] = {
#include "model/codelists/FlowType.def"
};
static const struct code GapClass[] = {
#include "model/codelists/GapClass.def"
};
static const struct code IndicatorMeasure[] = {
#include "model/codelists/IndicatorMeasure.def"
};
static const struct code InterestStatus[] = {
#include "model/codelists/InterestStatus.def"
};
static const struct code Language[] = {
#include "model/codelists/Language.def"
};
static const struct code LetterDirection[] = {
#include "model/codelists/LetterDirection.def"
};
static const struct code LetterKind[] = {
#include "model/codelists/LetterKind.def"
};
static const struct code LetterStatus[] = {
#include "model/codelists/LetterStatus.def"
};
static const struct code LossReason[] = {
#include "model/codelists/LossReason.def"
};
static const struct code ObstacleKind[] = {
#include "model/codelists/ObstacleKind.def"
};
static const struct code ObstacleSeverity[] = {
#include "model/codelists/ObstacleSeverity.def"
};
static const struct code ObstacleStatus[] = {
#include "model/codelists/ObstacleStatus.def"
};
static const struct code OrganisationRole[] = {
#include "model/codelists/OrganisationRole.def"
};
static const struct code OrganisationType[] = {
#include "model/codelists/OrganisationType.def"
};
static const struct code ProcedureStep[] = {
#include "model/codelists/ProcedureStep.def"
};
static const struct code ProjectHealth[] = {
#include "model/codelists/ProjectHealth.def"
};
static const struct code ReconciliationStatus[] = {
#include "model/codelists/ReconciliationStatus.def"
};
static const struct code RemarkKind[] = {
#include "model/codelists/RemarkKind.def"
};
static const struct code RenewalClause[] = {
#include "model/codelists/RenewalClause.def"
};
static const struct code ReportStatus[] = {
#include "model/codelists/ReportStatus.def"
};
static const struct code ResultType[] = {
#include "model/codelists/ResultType.def"
};
static const struct code Sector[] = {
#include "model/codelists/Sector.def"
};
static const struct code SectorCategory[] = {
#include "model/codelists/SectorCategory.def"
};
static const struct code SessionKind[] = {
#include "model/codelists/SessionKind.def"
};
static const struct code SessionStatus[] = {
#include "model/codelists/SessionStatus.def"
};
static const struct code StudyLevel[] = {
#include "model/codelists/StudyLevel.def"
};
static const struct code TiedStatus[] = {
#include "model/codelists/TiedStatus.def"
};
static const struct code TransactionType[] = {
#include "model/codelists/TransactionType.def"
};
static const struct code Unit[] = {
#include "model/codelists/Unit.def"
};
static const struct code Visibility[] = {
#include "model/codelists/Visibility.def"
};

#define SIZE(array) (sizeof(array) / sizeof((array)[0]))
#define LIST(name)                                                                             \
	{                                                                                      \
#name, (name), SIZE(name)                                                      \
	}
const struct codelist codelists[] = {
	LIST(ActivityStatus),   LIST(AgendaPurpose),
	LIST(AgreementKind),    LIST(AgreementStatus),
	LIST(AidType),          LIST(ApprovalStatus),
	LIST(BodyKind),         LIST(BudgetStatus),
	LIST(BudgetType),       LIST(CohortStage),
	LIST(ConsignmentStep),  LIST(ContactRole),
	LIST(CooperationField), LIST(Country),
	LIST(Currency),         LIST(DecisionKind),
	LIST(DecisionStatus),   LIST(DelayReason),
	LIST(DelegationRole),   LIST(DocumentCategory),
	LIST(EntryClause),      LIST(FinanceType),
	LIST(FlowKind),         LIST(FlowType),
	LIST(GapClass),         LIST(IndicatorMeasure),
	LIST(InterestStatus),   LIST(Language),
	LIST(LetterDirection),  LIST(LetterKind),
	LIST(LetterStatus),     LIST(LossReason),
	LIST(ObstacleKind),     LIST(ObstacleSeverity),
	LIST(ObstacleStatus),   LIST(OrganisationRole),
	LIST(OrganisationType), LIST(ProcedureStep),
	LIST(ProjectHealth),    LIST(ReconciliationStatus),
	LIST(RemarkKind),       LIST(RenewalClause),
	LIST(ReportStatus),     LIST(ResultType),
	LIST(Sector),           LIST(SectorCategory),
	LIST(SessionKind),      LIST(SessionStatus),
	LIST(StudyLevel),       LIST(TiedStatus),
	LIST(TransactionType),  LIST(Unit),
	LIST(Visibility),
};
const struct codelist codelist_currency = LIST(Currency);
const size_t codelist_count = sizeof(codelists) / sizeof(codelists[0]);

const struct codelist *codelist_named(const char *name)
{
	size_t low = 0, high = codelist_count;
	const struct codelist *found = NULL;

	while (low < high && !found) {
		size_t mid = (low + high) / 2;
		int c = (unsigned char)name[0] - (unsigned char)codelists[mid].name[0];

		if (c == 0)
			c = strcmp(name, codelists[mid].name);
		if (c == 0)
			found = &codelists[mid];
		else if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	assert(found);
	return found;
}

/* Shorter codes first, so that digits stand in the order of their numbers.  Codes are short:
 * a call to compare would cost more than their letters. */
static inline int code_cmp(struct str a, const struct code *b)
{
	if (a.n != b->n)
		return a.n < b->n ? -1 : 1;
	for (size_t i = 0; i < a.n; i++)
		if (a.p[i] != b->code[i])
			return (unsigned char)a.p[i] - (unsigned char)b->code[i];
	return 0;
}

static const struct code *find_sorted(const struct codelist *l, struct str code)
{
	size_t low = 0, high = l->count;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int c = code_cmp(code, &l->codes[mid]);

		if (c == 0)
			return &l->codes[mid];
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

const struct code *codelist_find(const struct codelist *l, struct str code)
{
	if (l->count > CODELIST_SHORT)
		return find_sorted(l, code);
	for (const struct code *c = l->codes; c < l->codes + l->count; c++)
		if (code_cmp(code, c) == 0)
			return c;
	return NULL;
}

struct str code_name(const char *list, struct str code, enum lang lang)
{
	const struct code *c = codelist_find(codelist_named(list), code);

	return c ? str_z(c->name[lang]) : code;
}

#define LETTERS(a, b, c) ((a) << 16 | (b) << 8 | (c))

/* ISO 4217 list one, and list three for currencies that are gone: minor units other than 2. */
unsigned currency_places(struct str code)
{
	if (code.n != 3)
		return 2;
	switch (LETTERS((unsigned char)code.p[0], (unsigned char)code.p[1],
			(unsigned char)code.p[2])) {
	case LETTERS('A', 'D', 'P'):
	case LETTERS('B', 'I', 'F'):
	case LETTERS('B', 'Y', 'R'):
	case LETTERS('C', 'L', 'P'):
	case LETTERS('D', 'J', 'F'):
	case LETTERS('E', 'S', 'P'):
	case LETTERS('G', 'N', 'F'):
	case LETTERS('I', 'S', 'K'):
	case LETTERS('I', 'T', 'L'):
	case LETTERS('J', 'P', 'Y'):
	case LETTERS('K', 'M', 'F'):
	case LETTERS('K', 'R', 'W'):
	case LETTERS('L', 'U', 'F'):
	case LETTERS('M', 'G', 'F'):
	case LETTERS('P', 'Y', 'G'):
	case LETTERS('R', 'W', 'F'):
	case LETTERS('T', 'R', 'L'):
	case LETTERS('U', 'G', 'X'):
	case LETTERS('U', 'Y', 'I'):
	case LETTERS('V', 'N', 'D'):
	case LETTERS('V', 'U', 'V'):
	case LETTERS('X', 'A', 'F'):
	case LETTERS('X', 'O', 'F'):
	case LETTERS('X', 'P', 'F'): return 0;
	case LETTERS('B', 'H', 'D'):
	case LETTERS('I', 'Q', 'D'):
	case LETTERS('J', 'O', 'D'):
	case LETTERS('K', 'W', 'D'):
	case LETTERS('L', 'Y', 'D'):
	case LETTERS('O', 'M', 'R'):
	case LETTERS('T', 'N', 'D'): return 3;
	case LETTERS('C', 'L', 'F'):
	case LETTERS('U', 'Y', 'W'): return 4;
	}
	return 2;
}
