package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver"
)

func TestEveryControlOperationIsACommand(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(mockserver.ControlDocument())
	if err != nil {
		t.Fatal(err)
	}
	var called []string
	for _, calls := range ctlCommands(doc) {
		for _, c := range calls {
			called = append(called, c.operation.OperationID)
			for i := range c.Args {
				if f, _ := c.argument(i); f == nil {
					t.Errorf("%s: argument %d is no field of the operation", c.operation.OperationID, i)
				}
			}
			for field := range c.Flags {
				if !slices.ContainsFunc(c.fields, func(f ctlField) bool { return f.name == field }) {
					t.Errorf("%s: x-ctl names the flag of %s, which is no field of the operation", c.operation.OperationID, field)
				}
			}
		}
	}
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if !slices.Contains(called, operation.OperationID) {
				t.Errorf("%s %s has no command in x-ctl", method, path)
			}
		}
	}
}

// TestCtlRequests compares what each command line sends.
func TestCtlRequests(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "a.yaml")
	if err := os.WriteFile(file, []byte("keys: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, line, want string }{
		{"a parameter of the path", "institutions show worker/1", "GET /institutions/worker%2F1"},
		{"the first institution", "clock show", "GET /institutions/first/clock"},
		{"an institution by flag", "clock show --institution other", "GET /institutions/other/clock"},
		{"a flag before the argument", "institutions --control-token x show one", "GET /institutions/one"},
		{"a query", "journal list --text a&b --effective false --limit 3", "GET /institutions/first/journal?effective=false&limit=3&text=a%26b"},
		{"arguments in the query", "snapshots diff one two", "GET /diff?a=one&b=two"},
		{"no optional argument", "clock advance", "POST /institutions/first/clock/advance {}"},
		{"a negative argument", "clock advance -5s", `POST /institutions/first/clock/advance {"by":"-5s"}`},
		{"repeated arguments", "settings set a=b c=d", `PATCH /institutions/first/settings {"values":{"a":"b","c":"d"}}`},
		{"a switch as an argument", "settings awkward off", `PATCH /institutions/first/settings {"awkward":false}`},
		{"nested properties", "institutions create x --clock frozen --at 2030-01-01T00:00:00Z --empty --set a=b",
			`POST /institutions {"clock":{"at":"2030-01-01T00:00:00Z","mode":"frozen"},"empty":true,"name":"x","settings":{"a":"b"}}`},
		{"a file", "institutions create --fixtures FILE", `POST /institutions {"fixtures":"keys: []\n","fixtures_name":"FILE"}`},
		{"an item of a list", "journal verify --operation cancelWorkflow --exactly 1 --effective true",
			`POST /institutions/first/journal/verify {"expect":[{"effective":true,"exactly":1,"operation":"cancelWorkflow"}]}`},
		{"numbers", "faults arm delay --chance 0.5 --delay 2s --nth 3", `POST /institutions/first/faults {"chance":0.5,"delay":{"fixed":"2s"},"fault":"delay","nth":3}`},
		{"data", `faults arm --data {"fault":"slow"} --nth 3`, `POST /institutions/first/faults {"fault":"slow"}`},
		{"data from standard input", "faults arm --data -", `POST /institutions/first/faults {"from":"stdin"}`},
		{"an entry by number", "journal explain 17", "GET /institutions/first/journal/explain/17"},
		{"an entry by request ID", "journal explain 00000000000000070000000000000001", "GET /explain/00000000000000070000000000000001"},
		{"unmatched requests", "unmatched list --status 401", "GET /journal?status=401"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var sent string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet && r.URL.Path == controlBase+"/institutions" {
					fmt.Fprint(w, `[{"id":"first"},{"id":"second"}]`)
					return
				}
				body, _ := io.ReadAll(r.Body)
				sent = strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Method, strings.TrimPrefix(r.URL.RequestURI(), controlBase), body))
			}))
			t.Cleanup(server.Close)
			args := strings.Fields("ctl " + strings.ReplaceAll(tt.line, "FILE", file) + " --control " + server.URL)
			var stdout, stderr strings.Builder
			if code := run(t.Context(), args, nil, strings.NewReader(`{"from":"stdin"}`), &stdout, &stderr); code != exitOK {
				t.Errorf("got %d and the errors %q", code, &stderr)
			}
			if diff := cmp.Diff(tt.want, strings.ReplaceAll(sent, file, "FILE")); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCtlRefusesWrongValues(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"faults arm --nth two":                       `--nth: invalid value "two"; use a whole number`,
		"faults arm --chance half":                   `--chance: invalid value "half"; use a number`,
		"faults arm dely":                            `[KIND]: invalid value "dely"; use delay, answer, `,
		"journal list --kind all":                    `--kind: invalid value "all"; use exchange, control, any`,
		"journal list --effective maybe":             `--effective: invalid value "maybe"; use true or false`,
		"settings set a":                             `FREEDOM=VALUE...: invalid value "a"; use FREEDOM=VALUE`,
		"settings awkward perhaps":                   `on|off: invalid value "perhaps"; use true or false`,
		"faults arm --data {":                        `--data: invalid JSON: "{"`,
		"faults arm --data @none":                    `--data: open none: `,
		"institutions create --fixtures none":        `--fixtures: open none: `,
		"institutions show one two":                  `unexpected argument "two"`,
		"snapshots fork":                             `missing argument NAME`,
		"institutions create --clock stopped --keep": `--clock: invalid value "stopped"; use real, frozen`,
	}
	for line, want := range tests {
		var stdout, stderr strings.Builder
		code := run(t.Context(), strings.Fields("ctl "+line+" --control http://127.0.0.1:1"), nil, strings.NewReader(""), &stdout, &stderr)
		if code != exitUsage || !strings.Contains(stderr.String(), want) || stdout.Len() > 0 {
			t.Errorf("%s: got %d, %q and the errors %q, want %d and %q", line, code, &stdout, &stderr, exitUsage, want)
		}
	}
}
