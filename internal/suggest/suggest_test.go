package suggest_test

import (
	"strings"
	"testing"

	"example.com/assay/internal/suggest"
)

func TestNearest(t *testing.T) {
	t.Parallel()
	names := []string{"second-cancel", "cancel-status", "list-order"}
	tests := map[string]string{
		"second-cancle":          "second-cancel",
		"List-Order":             "list-order",
		"listorder":              "list-order",
		"cancelstatus":           "cancel-status",
		"nothing":                "",
		"":                       "",
		strings.Repeat("l", 100): "",
	}
	for got, want := range tests {
		if nearest, _ := suggest.Nearest(got, names); nearest != want {
			t.Errorf("nearest to %q: got %q, want %q", got, nearest, want)
		}
	}
	if nearest, ok := suggest.Nearest("xml", []string{"html"}); ok {
		t.Errorf("nearest to xml: got %q, want none: more than half of it differs", nearest)
	}
	if got := suggest.Hint("list-ordr", names); got != `; did you mean "list-order"?` {
		t.Errorf("hint: got %q", got)
	}
}
