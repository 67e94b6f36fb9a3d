package tenant

import (
	"cmp"
	"errors"
	"strings"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
)

// document is what fixtures that were given at run time are read into. The zero
// value says that none were.
type document struct {
	blueprint *blueprint
	keys      []fixtures.Key
}

// maxMentioned is how many institutions a message names.
const maxMentioned = 10

// given reads the fixtures of the options, if they have some. All that is wrong with
// them is reported, each with its line.
func (r *Registry) given(o Options) (document, error) {
	if err := checkGiven(o); err != nil || o.Fixtures == "" {
		return document{}, err
	}
	set, err := fixtures.Load(cmp.Or(o.FixturesName, "fixtures"), []byte(o.Fixtures))
	if err != nil {
		return document{}, domain.Errorf(domain.BadRequest, "%v", err)
	}
	f, err := pick(set, o.Fixture)
	if err != nil {
		return document{}, err
	}
	b, err := r.blueprintOf(f)
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		return document{}, refusal
	} else if err != nil {
		return document{}, domain.Errorf(domain.BadRequest, "fixtures: %v", err)
	}
	b.from = "given fixture " + f.Name
	return document{b, keysOf(set, f.ID)}, nil
}

func checkGiven(o Options) error {
	switch {
	case o.Fixtures == "" && o.Keep:
		return domain.Errorf(domain.BadRequest, "keep: expected it with fixtures, got none")
	case o.Fixtures == "" && o.FixturesName != "":
		return domain.Errorf(domain.BadRequest, "fixtures_name: expected it with fixtures, got none")
	case o.Fixtures != "" && o.Snapshot != "":
		return domain.Errorf(domain.BadRequest, "expected either a snapshot or fixtures, got both")
	case o.Keep && o.Name != "":
		return domain.Errorf(domain.BadRequest, "expected either a name or keep, which takes that of the fixtures, got both")
	case len(o.FixturesName) > maxLabel || strings.ContainsFunc(o.FixturesName, isControl):
		return domain.Errorf(domain.BadRequest, "fixtures_name: expected at most %d bytes without control characters, got %.64q", maxLabel, o.FixturesName)
	}
	return nil
}

// maxLabel is how long the name of fixtures is, at most.
const maxLabel = 200

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 }

// pick finds the requested institution. One of several must be named: nobody
// would notice that the others were left out.
func pick(set *fixtures.Set, ref string) (*fixtures.Institution, error) {
	var names []string
	for _, f := range set.Institutions {
		if ref != "" && (f.ID == strings.ToLower(ref) || f.Name == ref) {
			return f, nil
		}
		if len(names) < maxMentioned {
			names = append(names, f.Name)
		}
	}
	switch {
	case ref != "":
		return nil, domain.Errorf(domain.NotFound, "fixture: expected the ID or the name of an institution of the given fixtures (%s), got %.64q", strings.Join(names, ", "), ref)
	case len(set.Institutions) > 1:
		return nil, domain.Errorf(domain.BadRequest, "fixtures: expected those of one institution, or fixture with the ID or the name of the one to make, got %d: %s", len(set.Institutions), strings.Join(names, ", "))
	}
	return set.Institutions[0], nil
}
