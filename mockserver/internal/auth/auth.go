// Package auth finds the institution of a request by its key. A key is good in one
// region, which the listener or the host of the request names, and from the addresses
// on its allow list.
package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
)

// Header is the name of the header that carries the key, as net/http spells it.
const Header = "Apikey"

// Key is a key of an institution.
type Key struct {
	Institution *institution.Institution
	institution.Key
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

// Swap removes the keys with the given values and adds others, in one step: a
// request is checked against the keys before or after it. A key that is removed and
// added changes.
func (k *Keys) Swap(remove []string, add []Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, value := range remove {
		delete(k.byHash, sha256.Sum256([]byte(value)))
	}
	for _, key := range add {
		hash := sha256.Sum256([]byte(key.Value))
		k.byHash[hash] = entry{hash, key}
	}
}

// Check returns the institution of the request, or an error of kind Unauthorized.
func (k *Keys) Check(r *http.Request) (*institution.Institution, error) {
	value, err := keyOf(r.Header[Header])
	if err != nil {
		return nil, err
	}
	key, known := k.lookup(value)
	region := regionOf(r)
	switch {
	case !known:
		return nil, refused("unknown API key")
	case key.Revoked:
		return nil, refused("the API key is revoked")
	case key.Region != region:
		return nil, refused("the API key is for the region %s, but the host %.80q belongs to %s; use the base URL of the key's region", key.Region, r.Host, region)
	case len(key.Allow) > 0 && !key.allows(addressOf(r.RemoteAddr)):
		return nil, refused("the address %s is not on the allow list of the API key", addressOf(r.RemoteAddr))
	}
	return key.Institution, nil
}

func refused(format string, args ...any) error {
	return domain.Errorf(domain.Unauthorized, format, args...)
}

// keyOf returns the key in the values of the header.
func keyOf(values []string) (string, error) {
	if len(values) == 0 || values[0] == "" {
		return "", refused("the header apikey is missing; send an API key")
	}
	for _, v := range values[1:] {
		if v != values[0] {
			return "", refused("the header apikey has several values; send one API key")
		}
	}
	return values[0], nil
}

// lookup finds the key by its hash. Its timing leaks nothing: a guess chooses no
// hash, and the final comparison takes constant time.
func (k *Keys) lookup(value string) (Key, bool) {
	hash := sha256.Sum256([]byte(value))
	k.mu.RLock()
	e := k.byHash[hash]
	k.mu.RUnlock()
	return e.key, subtle.ConstantTimeCompare(hash[:], e.hash[:]) == 1
}

// addressOf returns the address of the client, in its IPv4 form if it has one. The
// zero value, for an address that is not IP, is on no list.
func addressOf(remote string) netip.Addr {
	address, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	return address.Addr().Unmap().WithZone("")
}

func (key Key) allows(a netip.Addr) bool {
	return slices.ContainsFunc(key.Allow, func(network netip.Prefix) bool { return network.Contains(a) })
}

// regionKey is the key of the region in the context of a request.
type regionKey struct{}

// WithRegion returns a context for the requests of a listener that serves one region,
// whatever their host is.
func WithRegion(ctx context.Context, region string) context.Context {
	return context.WithValue(ctx, regionKey{}, region)
}

func regionOf(r *http.Request) string {
	if region, ok := r.Context().Value(regionKey{}).(string); ok {
		return region
	}
	return Region(r.Host)
}

// Host returns a host name, without port, that selects the region on this machine.
func Host(region string) string { return "api." + region + ".localhost" }

// Region returns the region of a host: the middle of api.<region>.maxsight.com and
// of api.<region>.localhost, with or without a port; the default region for any
// other host.
func Region(host string) string {
	if len(host) < len("api.") || !strings.EqualFold(host[:len("api.")], "api.") {
		return domain.DefaultRegion
	}
	host, _, _ = strings.Cut(host, ":")
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(parts) < 3 || parts[1] == "" {
		return domain.DefaultRegion
	}
	site := strings.ToLower(strings.Join(parts[2:], "."))
	if site != "maxsight.com" && site != "localhost" {
		return domain.DefaultRegion
	}
	return strings.ToLower(parts[1])
}
