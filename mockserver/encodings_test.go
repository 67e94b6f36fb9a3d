package mockserver_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"unicode/utf16"

	"example.com/assay/mockserver"
)

const newAssessment = `{"entity_id":"` + guideEntity + `","template_id":"` + guideTemplate + `"}`

func compressed(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func utf16Of(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return string(b)
}

// TestEncodingsOfBodies sends the same body in many forms. What the mock does not
// read is refused by its name, over the API and over the control plane.
func TestEncodingsOfBodies(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{ControlAddr: "127.0.0.1:0"})
	const plain = "Content-Type: application/json\r\n"
	tests := []struct {
		name, header, body string
		want               int
		says               string
		control            int // status of the control plane, if it is another one
	}{
		{"plain", plain, newAssessment, 201, "", 0},
		{"identity", plain + "Content-Encoding: identity\r\n", newAssessment, 201, "", 0},
		{"declared UTF-8", "Content-Type: application/json; charset=\"UTF-8\"\r\n", newAssessment, 201, "", 0},
		{"gzip", plain + "Content-Encoding: gzip\r\n", compressed(t, newAssessment), 415, "gzip", 0},
		{"any coding", plain + "Content-Encoding: br\r\nContent-Encoding: x\r\n", newAssessment, 415, "br, x", 0},
		{"gzip that is not declared", plain, compressed(t, newAssessment), 400, "invalid UTF-8", 0},
		{"byte order mark", plain, "\ufeff" + newAssessment, 400, "a byte order mark", 201},
		{"little UTF-16", plain, utf16Of(newAssessment, binary.LittleEndian), 400, "UTF-16", 0},
		{"big UTF-16 with a mark", plain, utf16Of("\ufeff"+newAssessment, binary.BigEndian), 400, "UTF-16", 0},
		{"declared UTF-16", "Content-Type: application/json; charset=utf-16\r\n", newAssessment, 415, "charset=utf-16", 201},
		{"Latin-1", plain, strings.Replace(newAssessment, "{", `{"note":"caf`+"\xe9"+`",`, 1), 400, "invalid UTF-8", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			raw := fmt.Sprintf("POST /v5/assessments HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\napikey: API_KEY\r\n%sContent-Length: %d\r\n\r\n%s", tt.header, len(tt.body), tt.body)
			answers := sendRaw(t, dial(t, s), raw, http.MethodPost)
			if len(answers) != 1 || answers[0].status != tt.want || !strings.Contains(answers[0].body, tt.says) {
				t.Errorf("got %+v, want %d that says %q", answers, tt.want, tt.says)
			}
			if tt.want == http.StatusUnsupportedMediaType && answers[0].header.Get("Accept-Encoding") != "identity" {
				t.Errorf("got %v, want Accept-Encoding: identity", answers[0].header)
			}
			conn, err := net.Dial("tcp", strings.TrimPrefix(s.ControlURL(), "http://"))
			if err != nil {
				t.Fatal(err)
			}
			if tt.control == 0 {
				tt.control = tt.want
			}
			raw = strings.Replace(raw, "/v5/assessments", "/control/v1/institutions/API_KEY/assessments", 1)
			answers = sendRaw(t, conn, raw, http.MethodPost)
			if len(answers) != 1 || answers[0].status != tt.control {
				t.Errorf("control plane: got %+v, want %d", answers, tt.control)
			}
		})
	}
}
