package conformance

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	mathrand "math/rand/v2"
	"sync"
)

func randomSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return binary.LittleEndian.Uint64(b[:])
}

// ids generates random UUIDs from a seed. It is safe for concurrent use.
type ids struct {
	mu     sync.Mutex
	source *mathrand.ChaCha8
}

func newIDs(seed uint64) *ids {
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	return &ids{source: mathrand.NewChaCha8(key)}
}

// uuid returns a version 4 UUID.
func (g *ids) uuid() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b [16]byte
	_, _ = g.source.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}
