package gateways

import (
	"net/http"
	"strings"

	"example.com/assay/conformance/internal/layer"
)

// locks refuse requests for good.
func locks() []Gateway {
	return of("lock", []Gateway{
		{ID: "lock-out-after-bad-keys", Partial: true, behave: lockOut(10),
			How: "Answers every request with 403 after ten requests with bad keys."},
		{ID: "quota-of-creates", Partial: true, behave: quota(12, http.StatusPaymentRequired),
			How: "Answers each create with 402 after twelve."},
		{ID: "read-only-key", Partial: true, behave: quota(0, http.StatusForbidden),
			How: "Answers each write of a valid key with 403."},
		{ID: "key-revoked", Partial: true, behave: revoked(200),
			How: "Answers the key with 401 after request 200."},
		{ID: "outcomes-forbidden", Partial: true, Hides: ofOutcomes(), Blocks: []string{"OUT-01"}, behave: withoutOutcomes(http.StatusForbidden),
			How: "Answers every look-up of an outcome with 403, whatever the key."},
		{ID: "outcomes-not-found", Partial: true, Hides: ofOutcomes(), Blocks: []string{"OUT-01"}, behave: withoutOutcomes(http.StatusNotFound),
			How: "Answers every look-up of an outcome with 404, whatever the key."},
		{ID: "outcomes-not-implemented", Partial: true, Hides: ofOutcomes(), Blocks: []string{"OUT-01"}, behave: withoutOutcomes(http.StatusNotImplemented),
			How: "Answers every look-up of an outcome with 501, whatever the key."},
	})
}

// ofOutcomes lists mutants with a defect in the look-up of outcomes only, of a
// requirement about other operations too.
func ofOutcomes() []string { return []string{"outcome-refuses-every-key", "no-key-needed-for-outcome"} }

func lockOut(most int) func() reaction {
	return func() reaction {
		var bad layer.Tally
		return func(x *exchange) *response {
			if n, _ := bad.Get(""); n >= most {
				return page(http.StatusForbidden)
			}
			a := x.Pass()
			if a.Status == http.StatusUnauthorized {
				bad.Add("")
			}
			return a
		}
	}
}

// quota refuses the writes of valid keys after a number of creates.
func quota(most, status int) func() reaction {
	return func() reaction {
		var created layer.Tally
		return func(x *exchange) *response {
			valid := x.Key != "" && (x.Key == x.Target.Key || x.Key == x.Target.OtherKey)
			n, _ := created.Get("")
			if valid && (x.Op == layer.Create && n >= most || x.Op == layer.Cancel && most == 0) {
				return layer.Reply(status, `{"message":"not included in your plan"}`)
			}
			a := x.Pass()
			if x.Op == layer.Create && a.OK() {
				created.Add("")
			}
			return a
		}
	}
}

func revoked(after int) func() reaction {
	return counted(func(n int, x *exchange) *response {
		if n > after && x.Key == x.Target.Key {
			return layer.Reply(http.StatusUnauthorized, `{"message":"unknown key"}`)
		}
		return x.Pass()
	})
}

func withoutOutcomes(status int) func() reaction {
	return always(func(x *exchange) *response {
		if strings.Contains(x.Request.URL.Path, "/outcomes/") {
			return layer.Reply(status, `{}`)
		}
		return x.Pass()
	})
}
