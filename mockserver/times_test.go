package mockserver_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/assay/mockserver"
)

// TestTimesSortAsTexts creates assessments some tenths of a second apart, and reads the
// list, oldest first.
func TestTimesSortAsTexts(t *testing.T) {
	t.Parallel()
	at := newClock()
	s := started(t, mockserver.Config{Clock: at, Settings: map[string]string{"list-order": "oldest-first"}})
	for range 20 {
		at.advance(350 * time.Millisecond)
		if got := post(t, s.Addr().String(), "/v5/assessments", newAssessment); got.status != 201 {
			t.Fatalf("create: got %+v", got)
		}
	}
	answers := sendRaw(t, dial(t, s), "GET /v5/assessments?max_page_size=200 HTTP/1.1\r\nHost: x\r\nConnection: close\r\napikey: API_KEY\r\n\r\n", "GET")
	var page struct {
		Items []struct {
			Created string `json:"created_at"`
		}
	}
	if err := json.Unmarshal([]byte(answers[0].body), &page); err != nil || len(page.Items) < 20 {
		t.Fatalf("list: got %+v, %v", answers, err)
	}
	var texts []string
	for _, r := range page.Items {
		if !regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`).MatchString(r.Created) {
			t.Errorf("got %s, want the form of the guides", r.Created)
		}
		texts = append(texts, r.Created)
	}
	if !slices.IsSorted(texts) {
		t.Errorf("got %s, want them in order", strings.Join(texts, " "))
	}
}
