package auth_test

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/institution"
)

func TestRegion(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                              "eu",
		"127.0.0.1:8080":                "eu",
		"[::1]:8080":                    "eu",
		"localhost":                     "eu",
		"api.us.maxsight.com":           "us",
		"API.US.MaxSight.com.":          "us",
		"api.us.localhost:8080":         "us",
		"api.nowhere.localhost":         "nowhere",
		"api..localhost":                "eu",
		"api.localhost":                 "eu",
		"www.us.maxsight.com":           "eu",
		"api.us.maxsight.com.evil.test": "eu",
		"api.us.other.test":             "eu",
	}
	for host, want := range tests {
		if got := auth.Region(host); got != want {
			t.Errorf("region of %q: got %s, want %s", host, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	keys := auth.NewKeys()
	v4, v6 := netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fe80::/10")
	in := &institution.Institution{}
	for _, key := range []institution.Key{
		{Value: "open", Region: "eu"},
		{Value: "us", Region: "us"},
		{Value: "revoked", Region: "eu", Revoked: true},
		{Value: "listed", Region: "eu", Allow: []netip.Prefix{v4, v6}},
	} {
		keys.Swap(nil, []auth.Key{{Institution: in, Key: key}})
	}
	tests := []struct {
		name, host, remote string
		values             []string
		want               string // what the refusal says; empty: accepted
	}{
		{"good", "", "", []string{"open"}, ""},
		{"missing", "", "", nil, "is missing"},
		{"empty", "", "", []string{""}, "is missing"},
		{"empty, then good", "", "", []string{"", "open"}, "is missing"},
		{"unknown", "", "", []string{"Open"}, "unknown"},
		{"the same twice", "", "", []string{"open", "open"}, ""},
		{"two", "", "", []string{"open", "us"}, "several"},
		{"revoked", "", "", []string{"revoked"}, "revoked"},
		{"own region", "api.us.localhost:1", "", []string{"us"}, ""},
		{"other region", "api.us.localhost:1", "", []string{"open"}, "belongs to us"},
		{"on the list", "", "10.1.2.3:4", []string{"listed"}, ""},
		{"on the list by way of IPv6", "", "[::ffff:10.1.2.3]:4", []string{"listed"}, ""},
		{"on the list with a zone", "", "[fe80::1%eth0]:4", []string{"listed"}, ""},
		{"not on the list", "", "11.1.2.3:4", []string{"listed"}, "the address 11.1.2.3"},
		{"from nowhere", "", "@", []string{"listed"}, "allow list"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{Host: tt.host, RemoteAddr: tt.remote, Header: http.Header{auth.Header: tt.values}}
			r.Header.Set("X-Forwarded-For", "10.0.0.1")
			got, err := keys.Check(r)
			switch {
			case tt.want == "" && (err != nil || got != in):
				t.Errorf("got %v, %v, want the institution", got, err)
			case tt.want != "" && (!errors.Is(err, &domain.Error{Kind: domain.Unauthorized}) || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, %v, want a refusal that says %q", got, err, tt.want)
			}
		})
	}
}
