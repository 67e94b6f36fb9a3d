package openapi

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed requirements.yaml
var catalogue []byte

// Level is how firmly the documentation promises a requirement.
type Level string

// The levels, firmest first.
const (
	Core       Level = "core"       // stated by the cancel guide; decides the verdict
	Documented Level = "documented" // stated by another public guide of the same API
	Derived    Level = "derived"    // follows from documented statements; decides the verdict only on request
)

// Levels lists the levels, firmest first.
func Levels() []Level { return []Level{Core, Documented, Derived} }

// Requirement is a statement that a deployment must satisfy.
type Requirement struct {
	ID      string   `yaml:"id"` // three capitals, a dash, two digits; never reused
	Level   Level    `yaml:"level"`
	Text    string   `yaml:"text"`    // Markdown
	Sources []string `yaml:"sources"` // URLs of the public pages that state it; may be empty if derived
}

// Freedom is behaviour that no public source settles. The suite observes it and
// never fails a deployment for it; the mock has a setting with its name.
type Freedom struct {
	Name      string        `yaml:"name" json:"name"`
	What      string        `yaml:"what" json:"what"`         // the open question, in Markdown
	Values    []string      `yaml:"values" json:"values"`     // the default first
	Duration  bool          `yaml:"duration" json:"duration"` // any positive duration (750ms) is a value too
	Reason    string        `yaml:"reason" json:"reason"`     // why it is open
	Example   string        `yaml:"example" json:"example"`   // a flag that sets it
	Scope     Scope         `yaml:"scope" json:"-"`           // awkward mode of the mock keeps one value within it
	Interacts []Interaction `yaml:"interacts" json:"-"`       // freedoms that touch the same behaviour
}

// Scope is the unit within which a freedom must not vary: responses would
// contradict each other.
type Scope string

// The scopes.
const (
	ScopeRequest     Scope = "request"
	ScopeAssessment  Scope = "assessment"
	ScopeList        Scope = "list" // all parts of a list
	ScopeInstitution Scope = "institution"
)

// Interaction is a freedom that touches the same behaviour as another one.
type Interaction struct {
	With string `yaml:"with"` // name of the other freedom
	Why  string `yaml:"why"`
}

// Catalogue is every requirement and every freedom, in the order of the file.
type Catalogue struct {
	Requirements []Requirement `yaml:"requirements"`
	Freedoms     []Freedom     `yaml:"freedoms"`
}

// Requirements returns the requirements in the order of the file. The slice is a
// copy.
func Requirements() []Requirement { return slices.Clone(embedded().Requirements) }

// Freedoms returns the freedoms in the order of the file. The slice is a copy.
func Freedoms() []Freedom { return slices.Clone(embedded().Freedoms) }

// embedded parses the embedded catalogue once. Tests parse the same bytes, so an
// error cannot reach a user.
var embedded = sync.OnceValue(func() *Catalogue { //nolint:gochecknoglobals // computed once from an embedded file, never changed
	c, err := LoadCatalogue()
	if err != nil {
		panic(err)
	}
	return c
})

// LoadCatalogue parses the embedded catalogue. It returns an error for an unknown
// key, a duplicate ID or name, an unknown level, or an empty field.
func LoadCatalogue() (*Catalogue, error) { return parseCatalogue(catalogue) }

// Requirement returns the requirement with the ID, and whether it exists.
func (c *Catalogue) Requirement(id string) (Requirement, bool) {
	return find(c.Requirements, func(r Requirement) bool { return r.ID == id })
}

// Freedom returns the freedom with the name, and whether it exists.
func (c *Catalogue) Freedom(name string) (Freedom, bool) {
	return find(c.Freedoms, func(f Freedom) bool { return f.Name == name })
}

func find[T any](all []T, match func(T) bool) (found T, ok bool) {
	if i := slices.IndexFunc(all, match); i >= 0 {
		return all[i], true
	}
	return found, false
}

func parseCatalogue(data []byte) (*Catalogue, error) {
	var c Catalogue
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("parse the catalogue of requirements: %w", err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("catalogue of requirements: %w", err)
	}
	return &c, nil
}

func (c *Catalogue) check() error {
	if len(c.Requirements) == 0 || len(c.Freedoms) == 0 {
		return errors.New("no requirements or no freedoms")
	}
	seen := map[string]bool{}
	for _, r := range c.Requirements {
		if problem := r.check(seen[r.ID]); problem != "" {
			return fmt.Errorf("requirement %q: %s", r.ID, problem)
		}
		seen[r.ID] = true
	}
	for _, f := range c.Freedoms {
		if problem := f.check(seen[f.Name]); problem != "" {
			return fmt.Errorf("freedom %q: %s", f.Name, problem)
		}
		seen[f.Name] = true
		for _, i := range f.Interacts {
			if _, known := c.Freedom(i.With); !known || i.With == f.Name || i.Why == "" {
				return fmt.Errorf("freedom %q: invalid interaction with %q; name another freedom, and why", f.Name, i.With)
			}
		}
	}
	return nil
}

var (
	requirementID = regexp.MustCompile(`^[A-Z]{3}-[0-9]{2}$`)
	freedomName   = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
)

// check returns the problem with a requirement, or "".
func (r Requirement) check(duplicate bool) string {
	switch {
	case !requirementID.MatchString(r.ID):
		return "invalid ID; use one such as CAN-01"
	case duplicate:
		return "duplicate ID"
	case !slices.Contains(Levels(), r.Level):
		return fmt.Sprintf("unknown level %q; use one of %v", r.Level, Levels())
	case r.Text == "":
		return "no text"
	case len(r.Sources) == 0 && r.Level != Derived:
		return fmt.Sprintf("no source for level %s", r.Level)
	}
	return ""
}

// check returns the problem with a freedom, or "".
func (f Freedom) check(duplicate bool) string {
	switch {
	case !freedomName.MatchString(f.Name):
		return "invalid name; use one such as second-cancel"
	case duplicate:
		return "duplicate name"
	case len(f.Values) == 0 || len(f.Values) == 1 && !f.Duration:
		return fmt.Sprintf("too few values %q; give two or more", f.Values)
	case !slices.Contains([]Scope{ScopeRequest, ScopeAssessment, ScopeList, ScopeInstitution}, f.Scope):
		return fmt.Sprintf("unknown scope %q", f.Scope)
	case f.What == "" || f.Reason == "" || f.Example == "":
		return "what, reason or example is missing"
	}
	return ""
}
