package auth

import "crypto/sha256"

// Remove takes a key out of the set: it is an unknown one from now on.
func (k *Keys) Remove(value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.byHash, sha256.Sum256([]byte(value)))
}
