/*
 * One activity of an IATI file, or organisation, at a time, as a tree: built while the file is
 * read and judged (iati.h), handed over when the activity ends, then forgotten.  Memory is
 * bounded by the largest activity.
 */
#ifndef EXCHANGE_IATI_TREE_H
#define EXCHANGE_IATI_TREE_H
#include "base/arena.h"
#include "exchange/iati.h"

struct iati_attr_value {
	int word; /* AT_REF …, XML_WORD_LANG */
	struct str value;
};
struct iati_tree {
	enum iati id;
	bool used; /* whoever turns it into records took something of it */
	uint64_t line;
	struct str text; /* without white space around it */
	struct iati_tree *kid, *next, *parent;
	size_t attr_count;
	struct iati_attr_value attrs[];
};
/* The value of an attribute, without white space around it; empty: none, or no element. */
struct str tree_attr(const struct iati_tree *t, enum iati_at name);
/* The language of its text: its own, else that of what it stands in; empty: none is given. */
struct str tree_lang(const struct iati_tree *t);
/* The first kid of this kind, and the next of the same; NULL: none.  Marks it used. */
struct iati_tree *tree_kid(struct iati_tree *t, enum iati id);
struct iati_tree *tree_next(struct iati_tree *t);
/* For every kid of one kind: tree_each(k, t, IATI_SECTOR) … */
#define tree_each(k, t, id) for (struct iati_tree *k = tree_kid((t), (id)); k; k = tree_next(k))

struct iati_trees;
struct iati_trees_plan {
	int32_t today;
	/* An activity or an organisation; the tree lives as long as the call.  `hurt`: its
	 * structure or a value in it is not the schema's. */
	void (*activity)(void *ctx, struct iati_tree *t, bool hurt);
	/* Findings of rules "xml", "schema" and "version" only. */
	void (*found)(void *ctx, const struct iati_finding *f);
	void *ctx;
};
struct iati_trees *trees_open(const struct iati_trees_plan *plan);
void trees_feed(struct iati_trees *x, struct str bytes);
void trees_finish(struct iati_trees *x);
void trees_close(struct iati_trees *x);

#endif
