// A tlog-tiles client that is not Benkan's: golang.org/x/mod's note and tlog packages do every signature and
// hash.  It fetches a ledger over HTTP and accepts it only when the checkpoint is signed, every tile hashes up to
// its root, and every entry is proven to be in the tree.  Then it lies to itself, one byte at a time, and
// must refuse.  Prints TAP.
//
// usage: tlog_client URL VKEY        URL ends where /checkpoint begins
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8 // tlog-tiles: 256 hashes a tile
	width  = 1 << height
)

// A fetch gives the bytes at a path below the ledger's address.
type fetch func(path string) ([]byte, error)

// tiles reads tiles as C2SP tlog-tiles names them; x/mod has the same ones under other names.
type tiles struct{ get fetch }

func (t tiles) Height() int { return height }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, w := range want {
		b, err := t.get(strings.Replace(w.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1))
		if err != nil {
			return nil, err
		}
		if len(b) != w.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes", w.Path(), len(b))
		}
		out = append(out, b)
	}
	return out, nil
}

// head opens the checkpoint: origin, size and root under the log's signature.
func head(get fetch, verifier note.Verifier) (tlog.Tree, error) {
	var tree tlog.Tree
	b, err := get("checkpoint")
	if err != nil {
		return tree, err
	}
	n, err := note.Open(b, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return tree, fmt.Errorf("checkpoint text %q", n.Text)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// bundle gives the entries of one bundle: each has its length before it, 16 bits, big-endian.
func bundle(get fetch, n, size int64) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: n, W: width}
	if rest := size - n*width; rest < width {
		tile.W = int(rest)
	}
	b, err := get(strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(b) > 0 {
		if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
			return nil, errors.New("a bundle ends within an entry")
		}
		end := 2 + int(binary.BigEndian.Uint16(b))
		entries = append(entries, b[2:end])
		b = b[end:]
	}
	if len(entries) != tile.W {
		return nil, fmt.Errorf("bundle %d holds %d entries, not %d", n, len(entries), tile.W)
	}
	return entries, nil
}

// accept goes through the whole ledger and says how many entries it proved.
func accept(get fetch, verifier note.Verifier) (int64, error) {
	tree, err := head(get, verifier)
	if err != nil {
		return 0, err
	}
	hashes := tlog.TileHashReader(tree, tiles{get})
	for i := int64(0); i*width < tree.N; i++ {
		entries, err := bundle(get, i, tree.N)
		if err != nil {
			return 0, err
		}
		for j, entry := range entries {
			at := i*width + int64(j)
			proof, err := tlog.ProveRecord(tree.N, at, hashes)
			if err != nil {
				return 0, err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, at, tlog.RecordHash(entry)); err != nil {
				return 0, fmt.Errorf("entry %d: %v", at, err)
			}
		}
	}
	return tree.N, nil
}

// over is HTTP below an address, every answer kept.
func over(url string) fetch {
	kept := map[string][]byte{}
	return func(path string) ([]byte, error) {
		if b, ok := kept[path]; ok {
			return b, nil
		}
		r, err := http.Get(url + "/" + path)
		if err != nil {
			return nil, err
		}
		defer r.Body.Close()
		if r.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", path, r.Status)
		}
		b, err := io.ReadAll(r.Body)
		kept[path] = b
		return b, err
	}
}

// liar turns one bit over in the middle of what is found under a prefix.
func liar(get fetch, prefix string) fetch {
	return func(path string) ([]byte, error) {
		b, err := get(path)
		if err == nil && strings.HasPrefix(path, prefix) {
			b = append([]byte(nil), b...)
			b[len(b)/2] ^= 1
		}
		return b, err
	}
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + err.Error()
}

func main() {
	failed := false
	tell := func(good bool, what string) {
		if !good {
			failed = true
			fmt.Print("not ")
		}
		fmt.Println("ok", what)
	}
	verifier, err := note.NewVerifier(os.Args[2])
	if err != nil {
		fmt.Println("not ok x/mod reads the ledger's key:", err)
		os.Exit(1)
	}
	get := over(os.Args[1])
	size, err := accept(get, verifier)
	tell(err == nil && size > 0, fmt.Sprintf("x/mod accepts the checkpoint, the tiles and %d entries, each proven%s", size, because(err)))
	for _, part := range []string{"checkpoint", "tile/0/", "tile/entries/"} {
		_, err := accept(liar(get, part), verifier)
		tell(err != nil, fmt.Sprintf("x/mod refuses a bit turned over in %s", part))
	}
	for _, path := range []string{"tile/0/x999/999", "tile/0/0", "tile/9/000", "tile/entries/000.p/256", "tile/0/000.p/0", "nothing"} {
		r, err := http.Get(os.Args[1] + "/" + path)
		tell(err == nil && r.StatusCode == http.StatusNotFound, path+" is not there")
	}
	if failed {
		os.Exit(1)
	}
}
