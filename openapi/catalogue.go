package openapi

import (
	"bytes"
	_ "embed"
	"fmt"
	"regexp"
	"slices"

	"github.com/goccy/go-yaml"
)

//go:embed requirements.yaml
var catalogue []byte

// Level says how firmly a requirement is promised.
type Level string

// The levels, firmest first.
const (
	// Core is printed on the cancel guide: an implementation that fails one
	// such requirement does not conform.
	Core Level = "core"
	// Documented is printed on another public guide of the same API.
	Documented Level = "documented"
	// Derived follows from documented statements by ordinary reading. It is
	// reported, and decides the verdict only when asked to.
	Derived Level = "derived"
)

// Levels lists the levels, firmest first.
func Levels() []Level { return []Level{Core, Documented, Derived} }

// Requirement is one thing that a deployment must do.
type Requirement struct {
	ID      string   `yaml:"id"`      // three capitals, a dash, two digits; never reused
	Level   Level    `yaml:"level"`   // how firmly it is promised
	Text    string   `yaml:"text"`    // the requirement in words, in Markdown
	Sources []string `yaml:"sources"` // URLs of the public pages that state it; none if it rests on reading alone
}

// Freedom is one thing that no public source settles. The suite observes it
// and never fails a deployment for it; the mock has a setting of its name.
type Freedom struct {
	Name     string   `yaml:"name"`     // the name of the setting
	What     string   `yaml:"what"`     // what is left open, in Markdown
	Values   []string `yaml:"values"`   // the named values, the default first
	Duration bool     `yaml:"duration"` // whether any positive duration (750ms) is a value too
	Reason   string   `yaml:"reason"`   // why it is open
	Example  string   `yaml:"example"`  // a flag that sets it
}

// Catalogue is every requirement and every freedom, in the order of the file.
type Catalogue struct {
	Requirements []Requirement `yaml:"requirements"`
	Freedoms     []Freedom     `yaml:"freedoms"`
}

// LoadCatalogue reads the embedded catalogue and checks that it is sound: no
// unknown key, no ID or name twice, known levels, nothing left empty.
func LoadCatalogue() (*Catalogue, error) {
	return parseCatalogue(catalogue)
}

// Requirement returns the requirement with the ID, and whether there is one.
func (c *Catalogue) Requirement(id string) (Requirement, bool) {
	i := slices.IndexFunc(c.Requirements, func(r Requirement) bool { return r.ID == id })
	if i < 0 {
		return Requirement{}, false
	}
	return c.Requirements[i], true
}

// Freedom returns the freedom with the name, and whether there is one.
func (c *Catalogue) Freedom(name string) (Freedom, bool) {
	i := slices.IndexFunc(c.Freedoms, func(f Freedom) bool { return f.Name == name })
	if i < 0 {
		return Freedom{}, false
	}
	return c.Freedoms[i], true
}

func parseCatalogue(data []byte) (*Catalogue, error) {
	var c Catalogue
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict())
	if err := decoder.Decode(&c); err != nil {
		return nil, fmt.Errorf("parse the catalogue of requirements: %w", err)
	}
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("the catalogue of requirements: %w", err)
	}
	return &c, nil
}

var (
	requirementID = regexp.MustCompile(`^[A-Z]{3}-[0-9]{2}$`)
	freedomName   = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)
)

func (c *Catalogue) check() error {
	if len(c.Requirements) == 0 || len(c.Freedoms) == 0 {
		return fmt.Errorf("expected requirements and freedoms, got %d and %d", len(c.Requirements), len(c.Freedoms))
	}
	seen := map[string]bool{}
	for _, r := range c.Requirements {
		switch {
		case !requirementID.MatchString(r.ID):
			return fmt.Errorf("requirement %q: expected an ID such as CAN-01", r.ID)
		case seen[r.ID]:
			return fmt.Errorf("requirement %s stands there twice", r.ID)
		case !slices.Contains(Levels(), r.Level):
			return fmt.Errorf("requirement %s: expected a level of %v, got %q", r.ID, Levels(), r.Level)
		case r.Text == "":
			return fmt.Errorf("requirement %s has no text", r.ID)
		case len(r.Sources) == 0 && r.Level != Derived:
			return fmt.Errorf("requirement %s is %s, and names no source", r.ID, r.Level)
		}
		seen[r.ID] = true
	}
	for _, f := range c.Freedoms {
		switch {
		case !freedomName.MatchString(f.Name):
			return fmt.Errorf("freedom %q: expected a name such as second-cancel", f.Name)
		case seen[f.Name]:
			return fmt.Errorf("freedom %s stands there twice", f.Name)
		case len(f.Values) < 2 && !f.Duration:
			return fmt.Errorf("freedom %s: expected two values or more, got %q", f.Name, f.Values)
		case f.What == "" || f.Reason == "" || f.Example == "":
			return fmt.Errorf("freedom %s: what, reason and example must all be given", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}
