#include "cli/export.h"
#include "exchange/table.h"

bool export_table(const struct exporting *e, struct err *err)
{
	const struct model_ctx model = node_model(e->node);
	const char *kind = word_of(e->w, "--kind");
	struct table_plan plan = { .view = e->view,
				   .who = e->who,
				   .lang = e->w->lang,
				   .languages = model.languages,
				   .language_count = model.language_count,
				   .to = e->to };

	if (!kind)
		return err_set(
			err, ERR_USAGE, NULL,
			N_("Name the table: --kind project, or --kind project.sectors for "
			   "the parts of a record."));
	return table_named(str_z(kind), &plan, err) &&
	       table_format_named(str_z(word_of(e->w, "--format")))->write(&plan, err);
}
