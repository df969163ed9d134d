#include "wire/xml_fault.h"

#include <libxml/xmlerror.h>

#include <string.h>

enum { KINDS_MAX = 8 };

/* %1: the line; %2, %3: `about`. */
static const struct sentence {
	const char *message;
	int kinds[KINDS_MAX]; /* up to the first 0 */
	bool ends;            /* where the file ends, it is what a cut leaves */
} sentences[] = {
	{ N_("The file is empty. Fetch it again."), { FAULT_EMPTY }, false },
	{ N_("Line %1: the file ends in the middle of the document: it was cut short. Fetch it "
	     "again."),
	  { FAULT_CUT, XML_ERR_COMMENT_NOT_FINISHED, XML_ERR_CDATA_NOT_FINISHED,
	    XML_ERR_PI_NOT_FINISHED, XML_ERR_XMLDECL_NOT_FINISHED },
	  false },
	{ N_("Line %1: elements in each other more than 256 deep, which no document needs. "
	     "Nothing after it can be read."),
	  { FAULT_DEPTH },
	  false },
	{ N_("Line %1: a tag, comment or section of more than 16 MB, which no document needs. "
	     "Nothing after it can be read."),
	  { FAULT_LENGTH },
	  false },
	{ N_("Line %1: a document type (DOCTYPE) is not accepted: take it out, the data does "
	     "not need it."),
	  { FAULT_DOCTYPE },
	  false },
	{ N_("Line %1: this is a web page, not XML. Fetch the file itself."),
	  { FAULT_PAGE },
	  false },
	{ N_("Line %1: this is not XML, which begins with <. Give the file itself, not an "
	     "archive or another kind of document."),
	  { XML_ERR_DOCUMENT_EMPTY },
	  false },
	{ N_("Line %1: something follows the end of the document. Take it out, or make it a "
	     "file of its own."),
	  { XML_ERR_DOCUMENT_END },
	  true },
	{ N_("Line %1: </%3> stands where <%2> must be closed first. Close each element in the "
	     "one that it began in. Nothing after it can be read."),
	  { XML_ERR_TAG_NAME_MISMATCH },
	  false },
	{ N_("Line %1: the attribute %2 stands twice in one tag. Take one out. Nothing after "
	     "it can be read."),
	  { XML_ERR_ATTRIBUTE_REDEFINED },
	  false },
	{ N_("Line %1: this tag is not written right: an attribute is name=\"value\", and a "
	     "tag ends with >. Nothing after it can be read."),
	  { XML_ERR_GT_REQUIRED, XML_ERR_LTSLASH_REQUIRED, XML_ERR_SPACE_REQUIRED,
	    XML_ERR_EQUAL_REQUIRED, XML_ERR_ATTRIBUTE_NOT_STARTED,
	    XML_ERR_ATTRIBUTE_NOT_FINISHED, XML_ERR_ATTRIBUTE_WITHOUT_VALUE },
	  true },
	{ N_("Line %1: a < inside an attribute. Write &lt; for it. Nothing after it can be "
	     "read."),
	  { XML_ERR_LT_IN_ATTRIBUTE },
	  false },
	{ N_("Line %1: a & or a < that begins nothing. Write &amp; for &, and &lt; for <. "
	     "Nothing after it can be read."),
	  { XML_ERR_NAME_REQUIRED, XML_ERR_ENTITYREF_SEMICOL_MISSING,
	    XML_ERR_INVALID_HEX_CHARREF, XML_ERR_INVALID_DEC_CHARREF },
	  false },
	{ N_("Line %1: XML does not know &%2;. Write the character itself. Nothing after it "
	     "can be read."),
	  { XML_ERR_UNDECLARED_ENTITY },
	  false },
	{ N_("Line %1: <?xml …?> must be the first thing in the file. Take out what stands "
	     "before it. Nothing after it can be read."),
	  { XML_ERR_RESERVED_XML_NAME },
	  false },
	{ N_("Line %1: two hyphens inside a comment. Take one out. Nothing after it can be "
	     "read."),
	  { XML_ERR_HYPHEN_IN_COMMENT },
	  false },
	{ N_("Line %1: ]]> in a text. Write ]]&gt; for it. Nothing after it can be read."),
	  { XML_ERR_MISPLACED_CDATA_END },
	  false },
	{ N_("Line %1: a character that XML does not have, a control as a rule. Take it out. "
	     "Nothing after it can be read."),
	  { XML_ERR_INVALID_CHAR, XML_ERR_INVALID_CHARREF },
	  false },
	{ N_("Line %1: these bytes are not of the encoding the file says it is in (UTF-8 when "
	     "it says none). Save it as UTF-8. Nothing after it can be read."),
	  { XML_ERR_INVALID_ENCODING, XML_I18N_CONV_FAILED },
	  false },
	{ N_("Line %1: the encoding %2 is not known. Save the file as UTF-8."),
	  { XML_ERR_UNSUPPORTED_ENCODING, XML_ERR_UNKNOWN_ENCODING },
	  false },
};

static const struct sentence *sentence_of(int kind)
{
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
		for (int k = 0; k < KINDS_MAX && sentences[i].kinds[k]; k++)
			if (sentences[i].kinds[k] == kind)
				return &sentences[i];
	return NULL;
}

bool xml_fault_ends(int kind)
{
	const struct sentence *s = sentence_of(kind);

	return s && s->ends;
}

static void keep(char to[ERR_ARG], struct str words)
{
	words = str_cut_whole(str_trim(words), ERR_ARG - 1);
	if (words.n)
		memcpy(to, words.p, words.n);
	to[words.n] = '\0';
}

void xml_fault_take(struct xml_fault *f, const void *said)
{
	const xmlError *e = said;
	const struct sentence *s;

	f->kind = e->code;
	f->line = e->line > 0 ? (uint64_t)e->line : 1;
	/* Of bytes that are no character libxml2 says the same, and shows them. */
	if (e->code == XML_ERR_INVALID_CHAR && e->str1)
		f->kind = XML_ERR_INVALID_ENCODING;
	s = sentence_of(f->kind);
	if (!s) {
		keep(f->about[0], str_z(e->message));
	} else if (strstr(s->message, "%2")) {
		/* A name's prefix comes first. */
		bool prefixed = e->code == XML_ERR_ATTRIBUTE_REDEFINED && e->str2;

		keep(f->about[0], str_z(prefixed ? e->str2 : e->str1));
		keep(f->about[1], str_z(prefixed ? NULL : e->str2));
	}
}

bool xml_fault_tell(const struct xml_fault *f, struct err *err)
{
	const struct sentence *s = sentence_of(f->kind);

	if (s)
		return err_make(err, ERR_INPUT, "", s->message,
				(const char *[]){ err_num(f->line), f->about[0], f->about[1] });
	return err_set(err, ERR_INPUT, "",
		       N_("Line %1: this is not well-formed XML (%2). Nothing after it can be "
			  "read."),
		       err_num(f->line),
		       f->about[0][0] ? f->about[0] : err_num((uint64_t)f->kind));
}
