package mockserver_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"example.com/assay/internal/freejson"
	"example.com/assay/mockserver"
)

// anyJSON generates a text of JSON with numbers that no float64 holds.
func anyJSON(depth int) *rapid.Generator[string] {
	number := rapid.OneOf(
		rapid.StringMatching(`-?(0|[1-9][0-9]{0,3})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?`),
		rapid.StringMatching(`-?[1-9][0-9]{15,40}(\.[0-9]{1,30})?`),
		rapid.SampledFrom([]string{"9007199254740993", "1e308", "1e-400", "-0", "1.0", "1.50", "1E+2", "0e0", "18446744073709551616", "-9223372036854775809"}),
	)
	text := rapid.Map(rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aé𝄞 \"\\\n\t\u2028\u0085<:#-0123456789.e+")), 0, 12, -1), number), func(s string) string {
		encoded, _ := json.Marshal(s) // of a string, it never fails
		return string(encoded)
	})
	leaf := rapid.OneOf(number, text, rapid.SampledFrom([]string{"null", "true", "false", "{}", "[]"}))
	if depth == 0 {
		return leaf
	}
	inner := rapid.SliceOfN(anyJSON(depth-1), 0, 4)
	object := rapid.Custom(func(t *rapid.T) string {
		var members []string
		for i, v := range inner.Draw(t, "values") {
			name := strings.TrimSuffix(text.Draw(t, "name"), `"`)
			members = append(members, fmt.Sprintf(`%s%d":%s`, name, i, v))
		}
		return "{" + strings.Join(members, ",") + "}"
	})
	array := rapid.Map(inner, func(all []string) string { return "[" + strings.Join(all, ",") + "]" })
	return rapid.OneOf(leaf, object, array)
}

// detailsOf returns the field error_details of the only assessment with an error.
func detailsOf(t failer, body []byte) any {
	t.Helper()
	var a struct {
		Details json.RawMessage `json:"error_details"`
	}
	err := json.Unmarshal(body, &a)
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	v, err := freejson.Read(a.Details)
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return v
}

// TestFreeJSONIsKept gives an error any details by the control plane, and reads them by
// the API, also from the mock that loads the export.
func TestFreeJSONIsKept(t *testing.T) {
	t.Parallel()
	shared := newServer(t, mockserver.Config{Fixtures: fixturesOf(alpha())})
	plane, err := shared.ControlHandler()
	if err != nil {
		t.Fatal(err)
	}
	in, err := shared.Institution(alphaID)
	if err != nil {
		t.Fatal(err)
	}
	read := func(s *mockserver.Server) []byte {
		return serve(s, request(http.MethodGet, "/v5/assessments/"+alpha().assessment(), alpha().key(), "")).Body.Bytes()
	}
	rapid.Check(t, func(t *rapid.T) {
		details := anyJSON(3).Draw(t, "details")
		want, err := freejson.Read([]byte(details))
		if err != nil {
			t.Fatalf("%s: %v", details, err)
		}
		if want == nil {
			want = map[string]any{} // the default
		}
		if err := in.Reset(); err != nil {
			t.Fatal(err)
		}
		w := serve(plane, request(http.MethodPost, "/control/v1/institutions/"+alphaID+"/assessments/"+alpha().assessment()+"/force-error", "", `{"details":`+details+`}`))
		if w.Code != http.StatusOK {
			t.Fatalf("force-error: got %d %s", w.Code, w.Body)
		}
		if diff := cmp.Diff(want, detailsOf(t, read(shared))); diff != "" {
			t.Errorf("response (-want +got):\n%s", diff)
		}
		exported, err := in.Export()
		if err != nil {
			t.Fatal(err)
		}
		again, err := mockserver.New(mockserver.Config{Fixtures: exported}.ShareContract(shared))
		if err != nil {
			t.Fatalf("%v in %s", err, exported)
		}
		if diff := cmp.Diff(want, detailsOf(t, read(again))); diff != "" {
			t.Errorf("response after the export (-want +got):\n%s", diff)
		}
	})
}

// TestFreeJSONOverConnections does it over the sockets of API and control plane.
func TestFreeJSONOverConnections(t *testing.T) {
	t.Parallel()
	s := started(t, mockserver.Config{ControlAddr: "127.0.0.1:0"})
	force := "/control/v1/institutions/API_KEY/assessments/" + guideID + "/force-error"
	const details = `{"a":9007199254740993,"b":123456789012345678901234567890,"c":1.50,"d":[1E+2,-0]}`
	if got := post(t, strings.TrimPrefix(s.ControlURL(), "http://"), force, `{"details":`+details+`}`); got.status != http.StatusOK || !strings.Contains(got.body, details) {
		t.Errorf("control plane: got %+v, want %s", got, details)
	}
	if got := getRaw(t, s, guideAssessment); !strings.Contains(got.body, details) {
		t.Errorf("API: got %+v, want %s", got, details)
	}
	if got := post(t, strings.TrimPrefix(s.ControlURL(), "http://"), force, `{"details":[1e400]}`); got.status != http.StatusBadRequest || !strings.Contains(got.body, "number out of range, 1e400 at") {
		t.Errorf("1e400: got %+v, want 400", got)
	}
}

// TestFreeJSONInFixtures writes the details in the ways of YAML.
func TestFreeJSONInFixtures(t *testing.T) {
	t.Parallel()
	shared := newServer(t, mockserver.Config{})
	tests := []struct{ name, yaml, want string }{
		{"block", "\n      big: 9007199254740993\n      thirty: 123456789012345678901234567890\n      power: 1e3\n      huge: -1.5E+300", `{"big":9007199254740993,"thirty":123456789012345678901234567890,"power":1e3,"huge":-1.5E+300}`},
		{"list", "\n      - 1.0\n      - '1'\n      - \"1e3\"\n      - yes\n      - true\n      - ~", `[1.0,"1","1e3","yes",true,null]`},
		{"forms of YAML alone", "[0x1F, 0o17, 1_000, +1, .5, 1.]", `[31,15,1000,1,0.5,1]`},
		{"text", "|\n      a\n      b", `"a\nb\n"`},
		{"names", "{1: a, 'b c': 1, true: x}", `{"1":"a","b c":1,"true":"x"}`},
		{"one member", "\n      a:\n        b: 1e300", `{"a":{"b":1e300}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fixtures := string(fixturesOf(alpha())) + fmt.Sprintf(`- id: %s
  entity: %s
  template: %s
  age: 1h
  state: error
  error:
    step: S
    type: T
    message: M
    details: %s
`, guideID, alpha().own("7"), alpha().own("6"), tt.yaml)
			s, err := mockserver.New(mockserver.Config{Fixtures: []byte(fixtures)}.ShareContract(shared))
			if err != nil {
				t.Fatalf("%v in\n%s", err, fixtures)
			}
			want, err := freejson.Read([]byte(tt.want))
			if err != nil {
				t.Fatal(err)
			}
			r := request(http.MethodGet, guideAssessment, alpha().key(), "")
			if diff := cmp.Diff(want, detailsOf(t, serve(s, r).Body.Bytes())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
