package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"example.com/assay/mockserver"
)

func getRaw(t *testing.T, s *mockserver.Server, path string) answer {
	t.Helper()
	answers := sendRaw(t, dial(t, s), "GET "+path+" HTTP/1.1\r\nHost: mock\r\nConnection: close\r\napikey: API_KEY\r\n\r\n", http.MethodGet)
	if len(answers) != 1 {
		t.Fatalf("%s: got %d responses", path, len(answers))
	}
	return answers[0]
}

// TestPathsHaveOneNormalForm sends paths with escapes. Messages quote them as sent.
func TestPathsHaveOneNormalForm(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{Settings: map[string]string{"malformed-id": "bad-request"}})
	tests := []struct {
		path string
		want int
		says string
	}{
		{"/v5/assessments/%34" + guideID[1:], 200, ""},
		{"/v5/%61ssessments/" + strings.ReplaceAll(guideID, "-", "%2d"), 200, ""},
		{"/%76%35/%65ntities", 200, ""},
		{"/v5%2Fentities", 404, `no path "/v5%2Fentities" in the contract`},
		{"/v5/assesments/a%2fb", 404, `no path "/v5/assesments/a%2fb" in the contract; did you mean "/v5/assessments/a%2Fb"?`},
		{"/v5/assessments/%7e%3a", 400, `got "%7e%3a"`},
		{"/v5/assessments/caf\u00e9", 400, `got "caf` + "\u00e9" + `"`},
		{"/v5/assessments/%2e%2e/entities", 404, `no path "/v5/assessments/%2e%2e/entities"`},
		{"/v5/entit%69es/", 404, `did you mean "/v5/entities"?`},
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			t.Parallel()
			got := getRaw(t, s, tt.path)
			if text := strings.ReplaceAll(got.body, `\"`, `"`); got.status != tt.want || !strings.Contains(text, tt.says) {
				t.Errorf("got %d %s, want %d that says %s", got.status, text, tt.want, tt.says)
			}
		})
	}
}

// TestEscapesDoNotMatter encodes any letters of a path: response, fault and journal are
// those of the plain path.
func TestEscapesDoNotMatter(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	in, err := s.Institution("API_KEY")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Arm(mockserver.Fault{Fault: "answer", Status: 503, Assessment: otherGuideID(t, s)}); err != nil {
		t.Fatal(err)
	}
	paths := []string{guideAssessment, "/v5/assessments/" + otherGuideID(t, s), "/v5/entities", "/v5/assessments/templates", "/v5/nothing"}
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SampledFrom(paths).Draw(t, "path")
		var sent strings.Builder
		for _, c := range []byte(plain) {
			switch rapid.IntRange(0, 5).Draw(t, "escape") {
			case 0:
				if c != '/' {
					fmt.Fprintf(&sent, "%%%02x", c)
					continue
				}
			case 1:
				if c != '/' {
					fmt.Fprintf(&sent, "%%%02X", c)
					continue
				}
			}
			sent.WriteByte(c)
		}
		want, got := do(s, http.MethodGet, plain, ""), do(s, http.MethodGet, sent.String(), "")
		if got.Code != want.Code || got.Code < 400 && got.Body.String() != want.Body.String() {
			t.Errorf("%s: got %d %s, want %d %s", sent.String(), got.Code, got.Body, want.Code, want.Body)
		}
		entry := in.Journal(mockserver.ExchangeFilter{ID: got.Header().Get("X-Request-Id")}, 0)
		other := in.Journal(mockserver.ExchangeFilter{ID: want.Header().Get("X-Request-Id")}, 0)
		if entry.Count != 1 || entry.Entries[0].Assessment != other.Entries[0].Assessment || entry.Entries[0].Operation != other.Entries[0].Operation || entry.Entries[0].Request.URL != sent.String() {
			t.Errorf("%s: got %+v, want like %+v", sent.String(), entry.Entries, other.Entries)
		}
	})
}

// otherGuideID returns the ID of another assessment than the guide's.
func otherGuideID(t *testing.T, s *mockserver.Server) string {
	t.Helper()
	var page struct{ Items []struct{ ID string } }
	if err := json.Unmarshal(do(s, http.MethodGet, "/v5/assessments?max_page_size=2", "").Body.Bytes(), &page); err != nil || len(page.Items) != 2 {
		t.Fatalf("got %+v, %v", page, err)
	}
	if page.Items[0].ID == guideID {
		return page.Items[1].ID
	}
	return page.Items[0].ID
}
