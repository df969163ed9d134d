// A log that is not Benkan's asks a Benkan node to witness it (C2SP tlog-witness): golang.org/x/mod builds the tree,
// signs the heads, makes the proofs and checks what comes back.  Prints TAP.
//
// usage: witness_client URL LOG-KEY-FILE WITNESS-VKEY    the log's private key, as x/mod writes it
//
//	witness_client evidence FILE LOG-VKEY           whether two heads and a proof show a fork
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A tree holds every hash of a log in memory, as tlog numbers them.
type tree struct{ hashes []tlog.Hash }

func (t *tree) ReadHashes(at []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range at {
		out = append(out, t.hashes[i])
	}
	return out, nil
}

func grown(size int64, say func(i int64) string) *tree {
	t := &tree{}
	for i := int64(0); i < size; i++ {
		h, err := tlog.StoredHashes(i, []byte(say(i)), t)
		if err != nil {
			panic(err)
		}
		t.hashes = append(t.hashes, h...)
	}
	return t
}

func (t *tree) root(size int64) tlog.Hash {
	if size == 0 {
		return sha256.Sum256(nil) // x/mod says zeros
	}
	h, err := tlog.TreeHash(size, t)
	if err != nil {
		panic(err)
	}
	return h
}

func (t *tree) proof(from, to int64) (lines string) {
	if from == 0 || from == to {
		return ""
	}
	p, err := tlog.ProveTree(to, from, t)
	if err != nil {
		panic(err)
	}
	for _, h := range p {
		lines += h.String() + "\n"
	}
	return lines
}

func head(signer note.Signer, origin string, size int64, root tlog.Hash) string {
	text := fmt.Sprintf("%s\n%d\n%s\n", origin, size, root)
	b, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// A witness is a note.Verifier of cosignature/v1 lines.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("not a vkey")
	}
	id, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 33 || key[0] != 4 {
		return nil, errors.New("not the vkey of a witness")
	}
	return &witness{parts[0], uint32(id), key[1:]}, nil
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }
func (w *witness) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), msg)
	return ed25519.Verify(w.key, []byte(message), sig[8:])
}

// A log asks one witness.
type log struct {
	url    string
	signer note.Signer
	origin string
	by     *witness
}

type answer struct {
	status int
	media  string
	body   string
}

func (l *log) post(body string) (answer, error) {
	r, err := http.Post(l.url+"/witness/add-checkpoint", "", strings.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return answer{r.StatusCode, r.Header.Get("Content-Type"), string(b)}, err
}

func (l *log) add(t *tree, from, to int64) (answer, error) {
	return l.post(fmt.Sprintf("old %d\n%s\n%s", from, t.proof(from, to), head(l.signer, l.origin, to, t.root(to))))
}

// cosigned is whether the answer's line stands over this head, by x/mod's own check.
func (l *log) cosigned(t *tree, size int64, a answer) error {
	if a.status != http.StatusOK {
		return fmt.Errorf("status %d: %s", a.status, a.body)
	}
	n, err := note.Open([]byte(head(l.signer, l.origin, size, t.root(size))+a.body), note.VerifierList(l.by))
	if err == nil && len(n.Sigs) != 1 {
		err = errors.New("no cosignature")
	}
	return err
}

var failed bool

func tell(good bool, what string, why ...interface{}) {
	if !good {
		failed = true
		fmt.Print("not ")
	}
	fmt.Println("ok", what)
	if !good {
		fmt.Println("#", fmt.Sprint(why...))
	}
}

func honest(i int64) string { return fmt.Sprintf("entry %d", i) }

// grow takes the witness along; it returns the size it knows at the end.
func grow(l *log, t *tree) int64 {
	from := int64(0)
	for _, to := range []int64{0, 1, 2, 7, 255, 256, 257, 511, 512, 700} {
		a, err := l.add(t, from, to)
		if err == nil {
			err = l.cosigned(t, to, a)
		}
		tell(err == nil, fmt.Sprintf("from %d to %d is cosigned", from, to), err)
		from = to
	}
	a, err := l.add(t, from, from)
	if err == nil {
		err = l.cosigned(t, from, a)
	}
	tell(err == nil, "the same head is cosigned again", err)
	return from
}

func refusals(l *log, t *tree, at int64) {
	next := head(l.signer, l.origin, at+1, t.root(at+1))
	proof := t.proof(at, at+1)
	_, key, _ := ed25519.GenerateKey(rand.New(rand.NewSource(1)))
	stranger := &keySigner{l.origin, 0x01020304, key}
	cases := []struct {
		status int
		what   string
		body   string
	}{
		{400, "an empty body", ""},
		{400, "no old size", proof + "\n" + next},
		{400, "a leading zero", fmt.Sprintf("old 0%d\n%s\n%s", at, proof, next)},
		{400, "a proof that is no base64", fmt.Sprintf("old %d\n!\n\n%s", at, next)},
		{400, "a proof of 64 lines", fmt.Sprintf("old %d\n%s\n%s", at, strings.Repeat(t.root(1).String()+"\n", 64), next)},
		{400, "an old size above the checkpoint's", fmt.Sprintf("old %d\n\n%s", at+2, next)},
		{404, "an origin that is not known", fmt.Sprintf("old %d\n%s\n%s", at, proof, strings.Replace(next, l.origin, "example.com/behind-the-sofa", 1))},
		{403, "no signature of a known key", fmt.Sprintf("old %d\n%s\n%s", at, proof, head(stranger, l.origin, at+1, t.root(at+1)))},
		{422, "no proof", fmt.Sprintf("old %d\n\n%s", at, next)},
		{422, "a proof of something else", fmt.Sprintf("old %d\n%s\n%s", at, t.proof(at-1, at+1), next)},
		{422, "a proof where none belongs", fmt.Sprintf("old %d\n%s\n%s", at, proof, head(l.signer, l.origin, at, t.root(at)))},
	}
	for _, c := range cases {
		a, err := l.post(c.body)
		tell(err == nil && a.status == c.status, fmt.Sprintf("%s: %d", c.what, c.status), a, err)
	}
	for _, old := range []int64{0, at - 1, at + 1} {
		a, err := l.add(t, old, at+1)
		tell(err == nil && a.status == 409 && a.media == "text/x.tlog.size" && a.body == fmt.Sprintf("%d\n", at),
			fmt.Sprintf("an old size of %d where %d is known: 409 and the size", old, at), a, err)
	}
	// a line of somebody else beside the log's is ignored
	both, err := note.Sign(&note.Note{Text: strings.SplitAfter(next, "\n\n")[0][:strings.Index(next, "\n\n")+1]}, stranger, l.signer)
	if err == nil {
		var a answer
		a, err = l.post(fmt.Sprintf("old %d\n%s\n%s", at, proof, both))
		if err == nil {
			err = l.cosigned(t, at+1, a)
		}
	}
	tell(err == nil, "a signature of an unknown key is ignored", err)
}

// A keySigner signs for a key that nobody knows.
type keySigner struct {
	name string
	hash uint32
	key  ed25519.PrivateKey
}

func (s *keySigner) Name() string                     { return s.name }
func (s *keySigner) KeyHash() uint32                  { return s.hash }
func (s *keySigner) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(s.key, msg), nil }

// race lets many clients go on from what they are told, each with its own history.
func race(l *log, histories []*tree, from, size int64) (cosigned []map[int64]tlog.Hash, refused int) {
	var all sync.WaitGroup
	var lock sync.Mutex
	for i, t := range histories {
		mine := map[int64]tlog.Hash{}
		cosigned = append(cosigned, mine)
		all.Add(1)
		go func(t *tree, chance *rand.Rand) {
			defer all.Done()
			at := from
			for k := 0; k < 20; k++ {
				to := at + chance.Int63n(4)
				if to > size {
					to = size
				}
				a, err := l.add(t, at, to)
				switch {
				case err == nil && a.status == 200:
					if l.cosigned(t, to, a) == nil {
						mine[to] = t.root(to)
					}
					at = to
				case err == nil && a.status == 409:
					at, _ = strconv.ParseInt(strings.TrimSpace(a.body), 10, 64)
				default:
					lock.Lock()
					refused++
					lock.Unlock()
				}
			}
		}(t, rand.New(rand.NewSource(int64(i))))
	}
	all.Wait()
	return cosigned, refused
}

func ask() {
	key, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(key)))
	if err != nil {
		panic(err)
	}
	by, err := newWitness(os.Args[3])
	if err != nil {
		panic(err)
	}
	l := &log{os.Args[1], signer, signer.Name(), by}
	const size = 1500
	t := grown(size, honest)
	refusals(l, t, grow(l, t))

	var same []*tree
	for i := 0; i < 8; i++ {
		same = append(same, t)
	}
	got, refused := race(l, same, 0, size)
	steps := 0
	for _, m := range got {
		steps += len(m)
	}
	tell(refused == 0 && steps > 8, "eight clients of one log at once: each is served or told the size", refused, " ", steps)

	twin := grown(size, func(i int64) string {
		if i < 701 {
			return honest(i)
		}
		return fmt.Sprintf("another entry %d", i)
	})
	var both []*tree
	for i := 0; i < 8; i++ {
		both = append(both, []*tree{t, twin}[i%2])
	}
	got, refused = race(l, both, 0, size)
	wrong := 0
	for i, m := range got {
		if i%2 == 1 {
			wrong += len(m)
		}
	}
	tell(wrong == 0 && refused > 0, "of a log with two histories only the one that was cosigned first goes on", wrong, " ", refused)
	a, err := l.add(t, 0, size)
	tell(err == nil && a.status == 403, "after that nothing of it is cosigned", a, err)
	if failed {
		os.Exit(1)
	}
}

// evidence checks what a node keeps, with the log's key alone.
func evidence() error {
	var e struct {
		A, B, H string
		Proof   []string
	}
	b, err := os.ReadFile(os.Args[2])
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(b)).Decode(&e)
	}
	if err != nil {
		return err
	}
	log, err := note.NewVerifier(os.Args[3])
	if err != nil {
		return err
	}
	var size [2]int64
	var root [2]tlog.Hash
	for i, text := range []string{e.A, e.B} {
		n, err := note.Open([]byte(text), note.VerifierList(log))
		if err != nil {
			return err
		}
		lines := strings.Split(n.Text, "\n")
		if len(lines) != 4 || lines[0] != log.Name() {
			return errors.New("a head of another log")
		}
		size[i], _ = strconv.ParseInt(lines[1], 10, 64)
		if root[i], err = tlog.ParseHash(lines[2]); err != nil {
			return err
		}
	}
	if size[0] == size[1] {
		if root[0] == root[1] {
			return errors.New("one head twice")
		}
		return nil
	}
	other, err := tlog.ParseHash(e.H)
	if err != nil {
		return err
	}
	var proof tlog.TreeProof
	for _, line := range e.Proof {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, h)
	}
	if other == root[0] {
		return errors.New("the proof shows the same history")
	}
	return tlog.CheckTree(proof, size[1], root[1], size[0], other)
}

func main() {
	if os.Args[1] != "evidence" {
		ask()
		return
	}
	if err := evidence(); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
