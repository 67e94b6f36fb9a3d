package store

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/google/uuid"
)

// IDs makes the IDs of one institution from the seed, the institution and a
// number. Concurrent requests of other institutions have no influence.
type IDs struct {
	seed        uint64
	institution string
}

// NewIDs returns the IDs of an institution.
func NewIDs(seed uint64, institution string) IDs { return IDs{seed, institution} }

// Make returns the UUID of the n-th thing of a kind. It has the form of version 4.
func (g IDs) Make(kind string, n uint64) string {
	return uuidOf(sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d", g.seed, g.institution, kind, n)))
}

// uuidOf returns a UUID of a hash.
func uuidOf(sum [sha256.Size]byte) string {
	id := uuid.UUID(sum[:16])
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// Number returns a seed for a purpose.
func (g IDs) Number(purpose string) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", g.seed, g.institution, purpose))
	return binary.BigEndian.Uint64(sum[:8])
}
