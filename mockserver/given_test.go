package mockserver_test

import (
	"net/http"
	"strings"
	"testing"

	"example.com/assay/mockserver"
)

// TestFixturesAtRunTime makes institutions of fixtures that the server was not
// started with.
func TestFixturesAtRunTime(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{})
	one := newInstitution(t, s, mockserver.InstitutionOptions{Name: "one", Fixtures: string(fixturesOf(alpha()))})
	if one.Key() == alpha().key() || one.ID() == alphaID || one.Name() != "one" {
		t.Errorf("got %+v, want an identity of its own", one.Info())
	}
	as(t, s, one.Key(), http.MethodPost, "/v5/assessments/"+alpha().assessment()+"/cancel-workflow", http.StatusNoContent)
	two := newInstitution(t, s, mockserver.InstitutionOptions{Fixture: "Beta", Fixtures: string(fixturesOf(alpha(), beta())), Settings: map[string]string{"list-shape": "array"}})
	if got := as(t, s, two.Key(), http.MethodGet, "/v5/assessments", http.StatusOK); !strings.HasPrefix(got, "[") || !strings.Contains(got, beta().assessment()) {
		t.Errorf("one of two: got %s, want the list of Beta, as the options have it", got)
	}
	bare := newInstitution(t, s, mockserver.InstitutionOptions{Fixtures: string(fixturesOf(alpha())), Empty: true})
	if got := bare.Info().Assessments; got != 0 {
		t.Errorf("empty: got %d assessments, want none", got)
	}
	kept := newInstitution(t, s, mockserver.InstitutionOptions{Fixture: betaID, Fixtures: string(fixturesOf(alpha(), beta())), Keep: true})
	if kept.ID() != betaID || kept.Name() != "Beta" || stateOf(s, beta()) != "Active" {
		t.Errorf("kept: got %+v, want that of the fixtures, with its key", kept.Info())
	}
	if err := one.Reset(); err != nil {
		t.Fatal(err)
	}
	if got := as(t, s, one.Key(), http.MethodGet, "/v5/assessments/"+alpha().assessment(), http.StatusOK); !strings.Contains(got, `"Active"`) {
		t.Errorf("after the reset: got %s, want it as the fixtures have it", got)
	}
}

func TestFixturesAtRunTimeAreChecked(t *testing.T) {
	t.Parallel()
	s := newServer(t, mockserver.Config{Fixtures: fixturesOf(gamma()), MaxAssessments: 2})
	newInstitution(t, s, mockserver.InstitutionOptions{Name: "Alpha"})
	one, two := string(fixturesOf(alpha())), string(fixturesOf(alpha(), beta()))
	tests := []struct {
		name string
		o    mockserver.InstitutionOptions
		want string
	}{
		{"all that is wrong, with its lines", mockserver.InstitutionOptions{Fixtures: strings.NewReplacer("age: 1h", "age: x", "type: company", "type: x").Replace(one)}, "fixtures:11: entity: type: unsupported value \"x\"; use one of company, individual\nfixtures:13: assessment: age"},
		{"by its name", mockserver.InstitutionOptions{Fixtures: strings.Replace(one, "region", "regoin", 1), FixturesName: "mine.yaml"}, "mine.yaml:2: unknown field \"regoin\""},
		{"nothing but blanks", mockserver.InstitutionOptions{Fixtures: " \n"}, "fixtures: empty file"},
		{"a path", mockserver.InstitutionOptions{Fixtures: "/etc/passwd"}, "fixtures:1: "},
		{"too long", mockserver.InstitutionOptions{Fixtures: strings.Repeat("#\n", 5<<20)}, "fixtures: 10485760 bytes; the limit is 8388608"},
		{"several", mockserver.InstitutionOptions{Fixtures: two}, "2 institutions; name one in fixture: Alpha, Beta"},
		{"several, and none of them", mockserver.InstitutionOptions{Fixtures: two, Fixture: "Gamma"}, `fixture: no institution "Gamma" in the given fixtures; use one of Alpha, Beta`},
		{"a snapshot too", mockserver.InstitutionOptions{Fixtures: one, Snapshot: "s"}, "snapshot: not allowed with fixtures"},
		{"to keep what is not there", mockserver.InstitutionOptions{Keep: true}, "keep: only allowed with fixtures"},
		{"a name for nothing", mockserver.InstitutionOptions{FixturesName: "x"}, "fixtures_name: only allowed with fixtures"},
		{"a name with a line in it", mockserver.InstitutionOptions{Fixtures: one, FixturesName: "a\nb"}, "without control characters"},
		{"a name and another", mockserver.InstitutionOptions{Fixtures: one, Keep: true, Name: "x"}, "name: not allowed with keep"},
		{"a name that is taken", mockserver.InstitutionOptions{Fixtures: one, Keep: true}, `an institution named "Alpha" already exists`},
		{"an ID that is taken", mockserver.InstitutionOptions{Fixtures: strings.ReplaceAll(string(fixturesOf(gamma())), "Gamma", "Other"), Keep: true}, `the institution "Gamma" already has the ID ` + gammaID},
		{"a key that is taken", mockserver.InstitutionOptions{Fixtures: strings.Replace(string(fixturesOf(beta())), beta().key(), gamma().key(), 1), Keep: true}, `the institution "Gamma" already has one of the keys`},
		{"more assessments than there is room for", mockserver.InstitutionOptions{Fixtures: one + "- {id: " + alpha().own("9") + ", entity: " + alpha().own("7") + ", template: " + alpha().own("6") + ", age: 1h}\n- {id: " + alpha().own("0") + ", entity: " + alpha().own("7") + ", template: " + alpha().own("6") + ", age: 1h}\n"}, "quota of assessments: 3 are more than the limit of 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if _, err := s.NewInstitution(tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got the error %v, want one with %q", err, tt.want)
			}
			if got := len(s.Institutions()); got != 2 {
				t.Errorf("institutions: got %d, want the 2 that were there", got)
			}
		})
	}
}
