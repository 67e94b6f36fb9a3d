// Package auth finds the institution that a request speaks for: by its key, if
// the key is good in the region of the request's host and from the address of
// its connection.
package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"example.com/assay/mockserver/internal/domain"
)

// Header is the name of the header that carries the key, as net/http spells it.
const Header = "Apikey"

// DefaultRegion is the region of every host that does not name one.
const DefaultRegion = "eu"

// Key is what a key opens, and under which conditions.
type Key struct {
	Institution string         // ID
	Region      string         // the only region where it is good
	Allow       []netip.Prefix // the only networks where it is good; empty: all
	Revoked     bool
}

// Keys are the keys of a server, kept by their hash alone. They are safe for
// concurrent use.
type Keys struct {
	mu     sync.RWMutex
	byHash map[[sha256.Size]byte]entry
}

type entry struct {
	hash [sha256.Size]byte
	key  Key
}

// NewKeys returns an empty set.
func NewKeys() *Keys { return &Keys{byHash: map[[sha256.Size]byte]entry{}} }

// Add puts a key into the set. A value that is there already is an error.
func (k *Keys) Add(value string, key Key) error {
	hash := sha256.Sum256([]byte(value))
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, taken := k.byHash[hash]; taken {
		return fmt.Errorf("expected a key of its own, got one twice")
	}
	k.byHash[hash] = entry{hash, key}
	return nil
}

// Remove takes a key out of the set: it is an unknown one from now on.
func (k *Keys) Remove(value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.byHash, sha256.Sum256([]byte(value)))
}

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

// Check returns the ID of the institution that the request speaks for, or an
// error of kind Unauthorized that says why it speaks for none.
func (k *Keys) Check(r *http.Request) (string, error) {
	value, err := valueOf(r.Header[Header])
	if err != nil {
		return "", err
	}
	key, known := k.lookup(value)
	region := Region(r.Host)
	switch {
	case !known:
		return "", refused("expected a key that exists, got an unknown one in the header apikey")
	case key.Revoked:
		return "", refused("expected a valid key, got one that was revoked")
	case key.Region != region:
		return "", refused("expected a key of the region %s, which the host %.80q belongs to, got one of %s: use the base URL of the key's region", region, r.Host, key.Region)
	case len(key.Allow) > 0 && !key.allows(addressOf(r.RemoteAddr)):
		return "", refused("expected a call from an address on the key's allow list, got one from %s", addressOf(r.RemoteAddr))
	}
	return key.Institution, nil
}

func refused(format string, args ...any) error {
	return domain.Errorf(domain.Unauthorized, format, args...)
}

// valueOf takes the key out of the values of the header.
func valueOf(values []string) (string, error) {
	if len(values) == 0 || values[0] == "" {
		return "", refused("expected a key in the header apikey, got none")
	}
	for _, v := range values[1:] {
		if v != values[0] {
			return "", refused("expected one key in the header apikey, got several")
		}
	}
	return values[0], nil
}

// lookup finds the key by its hash. That leaks nothing by its timing: who
// guesses values does not choose hashes, and the last word is a comparison in
// constant time.
func (k *Keys) lookup(value string) (Key, bool) {
	hash := sha256.Sum256([]byte(value))
	k.mu.RLock()
	e := k.byHash[hash]
	k.mu.RUnlock()
	return e.key, subtle.ConstantTimeCompare(hash[:], e.hash[:]) == 1
}

// addressOf returns the address of a connection's other end: an IPv4 one as
// such, whichever way it came in. What is none is on no list.
func addressOf(remote string) netip.Addr {
	address, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return address.Addr().Unmap().WithZone("")
}

func (key Key) allows(a netip.Addr) bool {
	for _, network := range key.Allow {
		if network.Contains(a) {
			return true
		}
	}
	return false
}

// Region returns the region that a host belongs to: the middle of
// api.<region>.maxsight.com and of api.<region>.localhost, with or without a
// port; DefaultRegion for any other host.
func Region(host string) string {
	if len(host) < len("api.") || !strings.EqualFold(host[:len("api.")], "api.") {
		return DefaultRegion
	}
	host, _, _ = strings.Cut(host, ":")
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) < 3 || parts[1] == "" {
		return DefaultRegion
	}
	site := strings.ToLower(strings.Join(parts[2:], "."))
	if site != "maxsight.com" && site != "localhost" {
		return DefaultRegion
	}
	return strings.ToLower(parts[1])
}
