/* Every command of benkan: the one table behind parsing, help, completion and the man page. */
#include "cli/cli.h"

#define NODE                                                                                   \
	{                                                                                      \
		"--node", "DIR", N_("The node's folder."), true, false                         \
	}
#define END                                                                                    \
	{                                                                                      \
		NULL, NULL, NULL, false, false                                                 \
	}

enum { MANY = WORDS_MAX };

const struct command commands[] = {
	{ "init",
	  "",
	  0,
	  0,
	  N_("make a node: its keys and its empty stores"),
	  N_("Makes DIR with the node's private keys and its stores, and prints its public "
	     "keys. Send what is "
	     "printed to whoever assembles the charter.\n"
	     "The three recovery keys are written to DIR/recovery, recours-1.key to -3.key. "
	     "Move each to a "
	     "safe of its own, "
	     "away from this machine: two of them together replace a lost or stolen key, and "
	     "nothing else does.\n"
	     "\n"
	     "  benkan init --node /srv/benkan/ml --party ml --name Mali \\\n"
	     "    --origin registre.diplomatie.example/ml --json >ml.json"),
	  { NODE,
	    { "--party", "CODE",
	      N_("The party's code, 2 to 16 lower-case letters, digits or hyphens: ml."), true,
	      false },
	    { "--name", "TEXT",
	      N_("The party's name, or one for each language: fr=Mali; ru=Мали; en=Mali."),
	      true, false },
	    { "--origin", "HOST/PATH",
	      N_("Name of the party's ledger for ever: a host and a path in lower case."), true,
	      false },
	    { "--url", "URL", N_("Where peers reach this node, when that is known."), false,
	      false },
	    { "--store", "STORE",
	      N_("sqlite (files in DIR, the default) or postgresql://HOST/DATABASE."), false,
	      false },
	    END },
	  cmd_init },
	{ "charter amend",
	  "[KEYS.json…]",
	  0,
	  15,
	  N_("draft an amendment of the charter in force and say what it changes"),
	  N_("Each KEYS.json, as benkan init --json printed it, brings a party in, or gives a "
	     "party whose ledger is closed another to go on in. --close without keys lets a "
	     "party leave. Compare the SHA-256 with all others by voice or note verbale.\n"
	     "\n"
	     "A forked ledger, or recovery keys that are lost:\n"
	     "\n"
	     "  benkan init --node new --party ml --name Mali --origin HOST/ml-2 --json >ml.json\n"
	     "  benkan charter amend --node ru --close ml ml.json --out next.json\n"
	     "  benkan charter sign --node new --key old/keys/log next.json -o word\n"
	     "  benkan charter propose --node ru next.json word\n"
	     "  benkan do --node ru --actor sec   {\"type\":\"act.accept\",\"act\":\"…\"}\n"
	     "  benkan adopt --node new next.json"),
	  { NODE,
	    { "--out", "FILE", N_("Where to write the amendment."), true, false },
	    { "--close", "PARTY[=SIZE]",
	      N_("Close the party's ledger, at what is held here or at SIZE entries; may be "
		 "given several times."),
	      false, true },
	    { "--set", "FILE",
	      N_("JSON with the members to replace: title, languages, currency, witnesses, "
		 "personal_kinds, limits; ledgers by name for title and url."),
	      false, false },
	    { "--threshold", "N",
	      N_("How many recovery keys of a new ledger sign a key roll: 2 or 3."), false,
	      false },
	    END },
	  cmd_charter_amend },
	{ "charter show",
	  "[FILE]",
	  0,
	  1,
	  N_("show what an amendment would change; without FILE the charters so far"),
	  N_("A line is the number of a charter, 0 the first, and its SHA-256; then the "
	     "amendments that are open, and whose word they lack."),
	  { NODE, END },
	  cmd_charter_show },
	{ "charter sign",
	  "FILE",
	  1,
	  1,
	  N_("sign the word of a party that has no ledger to speak in"),
	  N_("A party that comes in signs with its new node's key. A party whose ledger is "
	     "closed signs with the old log key too, or with two recovery keys: what others "
	     "need no hand of theirs to believe."),
	  { NODE,
	    { "--key", "FILE",
	      N_("An old key: keys/log of the old node, or recours-1.key; may be given "
		 "several times."),
	      false, true },
	    { "--word", "FILE", N_("Add to this word, signed elsewhere."), false, false },
	    { "-o", "FILE", N_("Where to write the word, else standard output."), false,
	      false },
	    END },
	  cmd_charter_sign },
	{ "charter propose",
	  "FILE [WORD…]",
	  1,
	  16,
	  N_("propose an amendment, with the words of those who cannot speak in a ledger"),
	  N_("All parties of the charter in force that keep their ledgers accept it like any "
	     "act. It takes effect when each has received the acceptance of the others, at "
	     "the next start of each node; a server starts itself anew."),
	  { NODE,
	    { "--actor", "LABEL",
	      N_("Who writes, by office: sec-2. It stands in the ledger for ever; never a "
		 "person's name."),
	      false, false },
	    END },
	  cmd_charter_propose },
	{ "charter",
	  "KEYS.json…",
	  2,
	  16,
	  N_("assemble the charter from the nodes' printed keys"),
	  N_("Each KEYS.json is what benkan init --json printed at one node. Compare the "
	     "register id with the "
	     "counterpart by voice or note verbale before both adopt."),
	  { { "--out", "FILE", N_("Where to write the charter."), true, false }, END },
	  cmd_charter },
	{ "adopt",
	  "charter.json",
	  1,
	  1,
	  N_("write entry 0, the charter, and print the register id"),
	  N_("A charter is adopted once. It is refused when it does not carry exactly this "
	     "node's own keys. A party that comes in, or goes on in a new ledger, adopts the "
	     "amendment that names it. Where a charter is in force already, an amendment of "
	     "it is given by hand: it then takes effect although no old key signed for a "
	     "ledger it closes, once all others accepted it."),
	  { NODE, END },
	  cmd_adopt },
	{ "serve",
	  "",
	  0,
	  0,
	  N_("serve pages, the API and the ledger over HTTP"),
	  N_("Stops cleanly on Ctrl-C or SIGTERM. Without a certificate it speaks plain HTTP: "
	     "put it behind a "
	     "proxy that speaks TLS, or give it a certificate."),
	  { NODE,
	    { "--listen", "ADDR:PORT",
	      N_("Where to listen: 127.0.0.1:8080, [::1]:8080; port 0 takes a free one."), true,
	      false },
	    { "--peer", "URL",
	      N_("Exchange with the peer at URL in the background; may be given several "
		 "times."),
	      false, true },
	    { "--push", NULL,
	      N_("Peers cannot reach this node: bring each a pouch of what is written here."),
	      false, false },
	    { "--port-file", "FILE", N_("Write the port into this file once pages are served."),
	      false, false },
	    { "--tls-cert", "FILE", N_("Certificate chain in PEM, with --tls-key."), false,
	      false },
	    { "--tls-key", "FILE", N_("Private key of the certificate in PEM."), false, false },
	    END },
	  cmd_serve },
	{ "do",
	  "[FILE|-]",
	  0,
	  1,
	  N_("write drafts, one JSON object a line, and print what became of each"),
	  N_("Each line is a draft; for each a line comes out: the place in the ledger, or the "
	     "error. A line that is "
	     "refused does not stop the others. What is printed is durable. Ctrl-C stops "
	     "between two commits.\n"
	     "Instead of an attachment's description write {\"file\":\"PATH\"}: the file is "
	     "taken in, its PATH "
	     "beginning at the folder of FILE.\n"
	     "\n"
	     "  "
	     "{\"type\":\"record.put\",\"kind\":\"organisation\",\"data\":{\"name\":{\"fr\":"
	     "\"EDM-SA\"}}}\n"
	     "  {\"type\":\"act.accept\",\"kind\":\"project\",\"id\":\"0197…\"}"),
	  { NODE,
	    { "--actor", "LABEL",
	      N_("Who writes, by office: sec-2. It stands in the ledger for ever; never a "
		 "person's name."),
	      false, false },
	    END },
	  cmd_do },
	{ "sync",
	  "URL",
	  1,
	  1,
	  N_("exchange with a peer: fetch its ledger, verify it, acknowledge it, have ours "
	     "cosigned"),
	  N_("Nothing is taken over unless the peer's signature and every hash stand and its "
	     "ledger continues the one "
	     "held here; exit code 3 says that it does not. An exchange that breaks off goes on "
	     "from there the next time."),
	  { NODE,
	    { "--push", NULL,
	      N_("The peer cannot reach this node: bring it a pouch of what is written "
		 "here."),
	      false, false },
	    END },
	  cmd_sync },
	{ "pouch pack",
	  "",
	  0,
	  0,
	  N_("put what a party lacks into one file, for a stick or a thin line"),
	  N_("The file holds the entries of every ledger here that the party is not known to "
	     "hold, their attachments, and what proves them. It can be packed while the node "
	     "is served. Packing the same again gives the same file.\n"
	     "tar lists and unpacks it; a name that ends in .gz is packed with gzip.\n"
	     "\n"
	     "  benkan pouch pack --node /srv/benkan/ml --to ru -o /media/stick/ml.pouch "
	     "--split 2G"),
	  { NODE,
	    { "--to", "PARTY", N_("For whom: a party's code, or * for every other one."), true,
	      false },
	    { "-o", "FILE", N_("Where to write the pouch; - is standard output."), true,
	      false },
	    { "--base", "ml=100,ru=280",
	      N_("Begin at these entries instead of where the party is known to be."), false,
	      false },
	    { "--split", "SIZE",
	      N_("Write parts of at most this size: FILE.aa, FILE.ab and so on."), false,
	      false },
	    END },
	  cmd_pouch_pack },
	{ "pouch open",
	  "FILE…",
	  1,
	  MANY,
	  N_("verify a pouch and take over what is in it"),
	  N_("Nothing counts unless every signature, hash and length stands and the ledgers "
	     "continue those held here; exit code 3 says that they do not. Opening a pouch "
	     "again is harmless, and one that broke off goes on.\n"
	     "Parts may be given in any order; of one part alone the others are looked for "
	     "beside it."),
	  { NODE,
	    { "--preview", NULL,
	      N_("Say what it adds and what would change, and take nothing over. Works "
		 "beside the process that serves the node."),
	      false, false },
	    END },
	  cmd_pouch_open },
	{ "show",
	  "[KIND [PARTY/ID]]",
	  0,
	  2,
	  N_("print the kinds of records, the records of a kind, or one record"),
	  N_("Without KIND the kinds are listed, with how many records of each there are. "
	     "Joint "
	     "records have the party “joint”."),
	  { NODE,
	    { "--history", NULL, N_("Every version of the one record, newest first."), false,
	      false },
	    { "--ended", NULL, N_("Show ended records too."), false, false },
	    END },
	  cmd_show },
	{ "state",
	  "",
	  0,
	  0,
	  N_("print the state digest"),
	  N_("Two nodes that hold the same entries print the same digest: compare it with the "
	     "counterpart's at "
	     "the same cut."),
	  { NODE,
	    { "--cut", "ml=300,ru=280",
	      N_("The state at these sizes of the ledgers instead of the present one."), false,
	      false },
	    { "--dump", NULL,
	      N_("Print every row that the digest covers, and those pages are made of."), false,
	      false },
	    END },
	  cmd_state },
	{ "verify",
	  "",
	  0,
	  0,
	  N_("recompute everything from the entries: hashes, tiles, signatures"),
	  N_("Either the ledgers of a node's folder, or one ledger over HTTP under the keys "
	     "you trust. Every witness "
	     "key that is given must have cosigned. With an older checkpoint the ledger must "
	     "be its continuation: "
	     "exit code 3 says that history was rewritten or went back.\n"
	     "\n"
	     "  benkan verify --url https://registre.diplomatie.example --vkey "
	     "'registre.diplomatie.example/ml+…'"),
	  { { "--node", "DIR", N_("The node's folder."), false, false },
	    { "--url", "URL",
	      N_("Address of a node, or of a ledger (where /checkpoint begins)."), false,
	      false },
	    { "--vkey", "KEY", N_("Verifier key of the ledger, and of witnesses."), false,
	      true },
	    { "--charter", "FILE",
	      N_("The register's charter instead of the ledger's key: replaced keys are "
		 "followed."),
	      false, false },
	    { "--since", "FILE", N_("A checkpoint of the ledger kept from earlier."), false,
	      false },
	    END },
	  cmd_verify },
	{ "rebuild",
	  "",
	  0,
	  0,
	  N_("drop what is derived and replay the ledgers"),
	  NULL,
	  { NODE, END },
	  cmd_rebuild },
	{ "evidence",
	  "[SHA256]",
	  0,
	  1,
	  N_("list the evidence of ledgers that show two histories, or print and check one"),
	  N_("Evidence is two heads of one ledger, signed with the same key, that cannot both "
	     "be of one history. It needs nothing but that key to be checked; the exit code is "
	     "0 when it stands. The same document is served at /evidence/SHA256."),
	  { NODE, END },
	  cmd_evidence },
	{ "release",
	  "LEDGER",
	  1,
	  1,
	  N_("state that a forked ledger is to be read again"),
	  N_("A ledger that showed two histories is neither taken over nor cosigned any more. "
	     "When its party has shown that it was a fault, and nobody took the other history "
	     "over, an operator of each node releases it in writing. Stop the node first. The "
	     "word is kept in the node's log; the evidence stays, and does not fork the ledger "
	     "again."),
	  { NODE,
	    { "--who", "LABEL", N_("Who states it."), true, false },
	    { "--why", "TEXT", N_("What was shown, and by whom."), true, false },
	    END },
	  cmd_release },
	{ "backup",
	  "",
	  0,
	  0,
	  N_("write the whole node to one file, also while it serves"),
	  N_("The file is a tar archive that holds private keys and sealed bodies: keep it as "
	     "you keep the keys. It "
	     "does not depend on the store: a backup of SQLite files can be restored into "
	     "PostgreSQL."),
	  { NODE, { "-o", "FILE", N_("Where to write the backup."), true, false }, END },
	  cmd_backup },
	{ "restore",
	  "[FILE]",
	  0,
	  1,
	  N_("make a node from a backup, or from its keys alone"),
	  N_("DIR must not exist. A backup may be older than what the node has signed since: "
	     "the node therefore "
	     "writes nothing until the missing entries have come back from a peer, or until "
	     "somebody states "
	     "with --confirm that nothing was signed after the backup; without FILE that is "
	     "stated of a node that is there.\n"
	     "When no backup is left, --keys names the folder of the node's private keys and "
	     "FILE is the register's charter: the own ledger comes back from a peer.\n"
	     "\n"
	     "  benkan restore --node DIR ml.backup\n"
	     "  benkan restore --node DIR --keys old/keys charter.json\n"
	     "  benkan sync --node DIR https://registre.peer.example\n"
	     "  benkan restore --node DIR --confirm sec-1"),
	  { NODE,
	    { "--store", "STORE",
	      N_("Another store than the one of the backup: sqlite or postgresql://…"), false,
	      false },
	    { "--keys", "FOLDER",
	      N_("No backup is left: the folder with the node's files log, witness, seal."),
	      false, false },
	    { "--high-water", "FILE",
	      N_("The file high-water that the lost node left in its folder."), false, false },
	    { "--confirm", "WHO",
	      N_("Who states in writing that nothing more was signed; logged."), false, false },
	    END },
	  cmd_restore },
	{ "keys new",
	  "ROLE",
	  1,
	  1,
	  N_("make a new key and the statement that puts it in force"),
	  N_("ROLE is log, witness, seal, recovery-1, recovery-2 or recovery-3. The key stays "
	     "in "
	     "the node until the statement is written; the statement names the next entry, so "
	     "that nothing else may be written in between. Also when the key in force is "
	     "lost.\n"
	     "\n"
	     "  benkan keys new log --node DIR -o roll.txt\n"
	     "  benkan keys sign --key recours-1.key roll.txt -o roll-1.txt\n"
	     "  benkan keys sign --key recours-3.key roll.txt -o roll-3.txt\n"
	     "  benkan keys roll --node DIR roll-1.txt roll-3.txt"),
	  { NODE,
	    { "--key", "FILE", N_("Where a new recovery key is written: outside the node."),
	      false, false },
	    { "-o", "FILE", N_("Where to write the statement, else standard output."), false,
	      false },
	    END },
	  cmd_keys_new },
	{ "keys sign",
	  "STATEMENT",
	  1,
	  1,
	  N_("sign a statement with a recovery key; needs no node"),
	  N_("For a machine that is not on any network. It prints what is agreed to: compare "
	     "the "
	     "register, the ledger and both keys with what you were told."),
	  { { "--key", "FILE", N_("The recovery key: recours-1.key."), true, false },
	    { "-o", "FILE", N_("Where to write the statement, else standard output."), false,
	      false },
	    END },
	  cmd_keys_sign },
	{ "keys roll",
	  "STATEMENT…",
	  1,
	  16,
	  N_("write a signed statement: the new key is in force"),
	  N_("Files that were signed apart are joined. A statement that does not hold here and "
	     "now is refused and nothing changes. Stop the node's server first."),
	  { NODE,
	    { "--actor", "LABEL",
	      N_("Who writes, by office: sec-2. It stands in the ledger for ever; never a "
		 "person's name."),
	      false, false },
	    END },
	  cmd_keys_roll },
	{ "keys",
	  "",
	  0,
	  0,
	  N_("show every key of every ledger and the entries from and until which it holds"),
	  N_("A line is: place, from, until (“-” while it is in force), key. A key signs sizes "
	     "above the entry that brought it. Alerts are told on standard error."),
	  { NODE,
	    { "--dismiss", "LEDGER", N_("An alert of this ledger has been dealt with."), false,
	      false },
	    END },
	  cmd_keys },
	{ "account add",
	  "NAME ROLE",
	  2,
	  2,
	  N_("add a local account"),
	  N_("ROLE is reader, clerk (who writes), secretary (who also accepts acts) or admin "
	     "(who also keeps "
	     "accounts). The password is read from standard input. Accounts stay at this node; "
	     "they never enter "
	     "a ledger."),
	  { NODE,
	    { "--actor", "LABEL",
	      N_("The label that stands in the ledger for what it writes; else the role."),
	      false, false },
	    END },
	  cmd_account_add },
	{ "account role",
	  "NAME ROLE",
	  2,
	  2,
	  N_("give an account another role"),
	  NULL,
	  { NODE,
	    { "--actor", "LABEL",
	      N_("The label that stands in the ledger for what it writes; else the role."),
	      false, false },
	    END },
	  cmd_account_role },
	{ "account password",
	  "NAME",
	  1,
	  1,
	  N_("set an account's password, read from standard input"),
	  N_("Ends every session signed in under the old password and opens the account again "
	     "if it was closed."),
	  { NODE, END },
	  cmd_account_password },
	{ "account token",
	  "NAME TITLE",
	  2,
	  2,
	  N_("make a bearer token for the API; it is shown once"),
	  N_("TITLE says what the token is for. It is good for a year, as long as the account "
	     "is not disabled."),
	  { NODE, END },
	  cmd_account_token },
	{ "account disable",
	  "NAME",
	  1,
	  1,
	  N_("close an account and end its sessions and tokens"),
	  NULL,
	  { NODE, { "--enable", NULL, N_("Open it again instead."), false, false }, END },
	  cmd_account_disable },
	{ "account list",
	  "",
	  0,
	  0,
	  N_("list the accounts of the node"),
	  NULL,
	  { NODE, END },
	  cmd_account_list },
	{ "check",
	  "FILE…",
	  1,
	  MANY,
	  N_("check files of others against the standard they are written in"),
	  N_("IATI 2.03, activities and organisations: structure and types, codelists, and the "
	     "rules of the standard, in one pass whatever the size. Each finding bears the line, "
	     "the activity and the rule's number in the standard. FILE may be “-”, standard "
	     "input. Exit code 1 says that there are errors.\n"
	     "\n"
	     "  benkan check --format iati activities.xml"),
	  { { "--format", "iati", N_("What the files are."), true, false }, END },
	  cmd_check },
	{ "import",
	  "FILE…",
	  1,
	  MANY,
	  N_("take in files of others as records: tables, or what they publish"),
	  import_details,
	  { NODE,
	    { "--format", "csv|xlsx|jsonl|iati", N_("What the files are."), true, false },
	    { "--kind", "KIND", N_("What each row is."), false, false },
	    { "--sheet", "NAME", N_("Which sheet of a workbook; else the first."), false, false },
	    { "--actor", "LABEL",
	      N_("Who writes, by office: sec-2. It stands in the ledger for ever; never a "
		 "person's name."),
	      false, false },
	    { "--preview", NULL,
	      N_("Say what it would add, change and leave, and write nothing."), false, false },
	    { "--keep-going", NULL,
	      N_("Leave out what is hurt or refused, and take the rest."), false, false },
	    END },
	  cmd_import },
	{ "export",
	  "",
	  0,
	  0,
	  N_("write records as a file that others can read"),
	  export_details,
	  { NODE,
	    { "--format", "csv|xlsx|json|jsonl|iati", N_("What to write."), true, false },
	    { "--kind", "KIND", N_("Which table."), false, false },
	    { "--for", "public|parties|national",
	      N_("Who will read it: what only the parties, or only this node, may see is "
		 "left out unless named here."),
	      false, false },
	    { "--template", NULL,
	      N_("Only the first line of a table (csv, xlsx) to fill in and import."), false, false },
	    { "-o", "FILE", N_("Where to write it; else standard output."), false, false },
	    END },
	  cmd_export },
	{ "report",
	  "KIND [ID]",
	  1,
	  2,
	  N_("write a paper for a session, to print, sign and send"),
	  report_details,
	  { NODE,
	    { "--lang", "LANG[,LANG]", N_("One language, or two that stand facing."), false,
	      false },
	    { "--format", "pdf|docx|xlsx|html", N_("What to write."), true, false },
	    { "--for", "public|parties|national",
	      N_("Who will read it: what only the parties, or only this node, may see is "
		 "left out unless named here."),
	      false, false },
	    { "-o", "FILE", N_("Where to write it; else standard output."), false, false },
	    END },
	  cmd_report },
	{ "totals",
	  "",
	  0,
	  0,
	  N_("add up money by any dimensions, and prove each figure"),
	  totals_details,
	  { NODE,
	    { "--by", "DIM,…", N_("Dimensions, with commas between them."), false, false },
	    { "--kind", "KIND", N_("transaction (the default), budget or planned_disbursement."),
	      false, false },
	    { "--party", "CODE", N_("Only what this party has booked."), false, false },
	    { "--only", "DIM=VALUE", N_("Only what has this value; may be given several times."),
	      false, true },
	    { "--in", "CURRENCY", N_("Convert everything into this currency."), false, false },
	    { "--rates", "SOURCE", N_("Who has published the rates; with --in."), false, false },
	    { "--repeated", "out|in|only",
	      N_("What second-hand publishers repeat: left out (the default), counted, or "
		 "alone."),
	      false, false },
	    { "--proof", NULL, N_("The figures behind the sums, each with its proof."), false,
	      false },
	    END },
	  cmd_totals },
	{ "sealed export",
	  "C",
	  1,
	  1,
	  N_("write a restricted body as a plain file, to be carried by other means"),
	  N_("C is the commitment under which the body stands in its entry, or the SHA-256 of "
	     "an attachment that a body names. The other side imports the file; its hash says "
	     "that it is the one that was committed to. The file is readable by whoever holds "
	     "it: carry it accordingly."),
	  { NODE,
	    { "-o", "FILE", N_("Where to write it; - is standard output."), true, false },
	    END },
	  cmd_sealed_export },
	{ "sealed import",
	  "FILE…",
	  1,
	  64,
	  N_("take in restricted bodies that were carried as plain files"),
	  N_("A file is taken only if an entry of this register commits to it, or a body that "
	     "is here names it as an attachment: bodies first, then their attachments."),
	  { NODE, END },
	  cmd_sealed_import },
	{ "sealed publish",
	  "C",
	  1,
	  1,
	  N_("make an own restricted body public for good"),
	  N_("Writes sealed.open: the body and its attachments become attachments that anybody "
	     "may have. It cannot be undone."),
	  { NODE,
	    { "--actor", "LABEL",
	      N_("Who writes, by office: sec-2. It stands in the ledger for ever; never a "
		 "person's name."),
	      false, false },
	    END },
	  cmd_sealed_publish },
	{ "sealed erase",
	  "C…",
	  1,
	  64,
	  N_("destroy restricted bodies, and tell the other parties to"),
	  N_("Writes sealed.erase. This node destroys the bodies, their salts and attachments, "
	     "and every copy it made of them; nodes of the other parties do the same when they "
	     "receive it, and say so in their own ledgers. The entries stay, with hashes that "
	     "no longer relate to anything: the proof is intact.\n"
	     "Copies in backups are yours to destroy: a node restored from one erases them "
	     "again, but the file itself still holds them. Nobody can prove what another side "
	     "destroyed."),
	  { NODE,
	    { "--ground", "TEXT",
	      N_("Why, for everyone to read and for ever: an article of law, an order's "
		 "number; never a person's name."),
	      true, false },
	    { "--actor", "LABEL",
	      N_("Who writes, by office: sec-2. It stands in the ledger for ever; never a "
		 "person's name."),
	      false, false },
	    END },
	  cmd_sealed_erase },
	{ "vectors",
	  "DIR [KIND]",
	  1,
	  2,
	  N_("run the test vectors of the ledger format"),
	  N_("Prints “kind passed failed” for each kind that has cases."),
	  { END },
	  cmd_vectors },
	{ "help",
	  "[COMMAND]",
	  0,
	  2,
	  N_("explain a command, or list them all"),
	  NULL,
	  { END },
	  cmd_help },
	{ "completion",
	  "bash|zsh|fish",
	  1,
	  1,
	  N_("print the completion script of a shell"),
	  NULL,
	  { END },
	  cmd_completion },
	{ "man", "", 0, 0, N_("print the manual page"), NULL, { END }, cmd_man },
	{ "version", "", 0, 0, N_("print the version"), NULL, { END }, cmd_version },
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);

int cmd_version(const struct words *w)
{
	return cli_out(w, w->json ? S("{\"version\":\"" BENKAN_VERSION "\"}\n")
				  : S("benkan " BENKAN_VERSION "\n"));
}
