package auth

import "crypto/sha256"

// Swap takes keys out of the set and puts others in, all at once: every request
// is held against the keys before or against those after. A value that is both
// taken out and put in is changed.
func (k *Keys) Swap(out []string, in map[string]Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, value := range out {
		delete(k.byHash, sha256.Sum256([]byte(value)))
	}
	for value, key := range in {
		hash := sha256.Sum256([]byte(value))
		k.byHash[hash] = entry{hash, key}
	}
}
