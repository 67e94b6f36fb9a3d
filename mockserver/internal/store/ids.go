package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// IDs make the IDs of one institution. They depend on the seed, the institution
// and the number alone, so that what others do at the same time changes nothing.
type IDs struct {
	seed        uint64
	institution string
}

// NewIDs returns the IDs of an institution.
func NewIDs(seed uint64, institution string) IDs { return IDs{seed, institution} }

// Make returns the UUID (version 4 by its form) of the n-th thing of a kind.
func (g IDs) Make(kind string, n uint64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %d", g.seed, g.institution, kind, n))
	sum[6] = sum[6]&0x0f | 0x40
	sum[8] = sum[8]&0x3f | 0x80
	var id [36]byte
	hex.Encode(id[0:8], sum[0:4])
	hex.Encode(id[9:13], sum[4:6])
	hex.Encode(id[14:18], sum[6:8])
	hex.Encode(id[19:23], sum[8:10])
	hex.Encode(id[24:36], sum[10:16])
	id[8], id[13], id[18], id[23] = '-', '-', '-', '-'
	return string(id[:])
}

// Number returns a number for a purpose, a seed of its own.
func (g IDs) Number(purpose string) uint64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s", g.seed, g.institution, purpose))
	return binary.BigEndian.Uint64(sum[:8])
}
