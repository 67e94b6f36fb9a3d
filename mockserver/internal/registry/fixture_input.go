package registry

import (
	"cmp"
	"errors"
	"strings"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fixtures"
	"example.com/assay/mockserver/internal/institution"
)

const (
	maxMentioned    = 10  // institutions that a message names
	maxFixturesName = 200 // bytes
)

// input is a blueprint with the keys that a fixture file has for it. The blueprint
// is nil if no file was given.
type input struct {
	blueprint *institution.Blueprint
	keys      []institution.Key
}

// readInput reads the fixtures of the options, if any. An error reports everything
// that is wrong with them, each with its line.
func (r *Registry) readInput(o Options) (input, error) {
	if err := o.checkInput(); err != nil || o.Fixtures == "" {
		return input{}, err
	}
	set, err := fixtures.Load(cmp.Or(o.FixturesName, "fixtures"), []byte(o.Fixtures))
	if err != nil {
		return input{}, domain.Errorf(domain.BadRequest, "%v", err)
	}
	f, err := pick(set, o.Fixture)
	if err != nil {
		return input{}, err
	}
	b, err := r.Blueprint(f, r.Resources)
	if refusal, ok := errors.AsType[*domain.Error](err); ok {
		return input{}, refusal
	} else if err != nil {
		return input{}, domain.Errorf(domain.BadRequest, "fixtures: %v", err)
	}
	b.From = "given fixture " + f.Name
	return input{b, keysOf(set, f.ID)}, nil
}

func (o Options) checkInput() error {
	switch {
	case o.Fixtures == "" && o.Keep:
		return domain.Errorf(domain.BadRequest, "keep: only allowed with fixtures")
	case o.Fixtures == "" && o.FixturesName != "":
		return domain.Errorf(domain.BadRequest, "fixtures_name: only allowed with fixtures")
	case o.Fixtures != "" && o.Snapshot != "":
		return domain.Errorf(domain.BadRequest, "snapshot: not allowed with fixtures")
	case o.Snapshot != "" && (o.Fixture != "" || o.Empty):
		return domain.Errorf(domain.BadRequest, "snapshot: not allowed with fixture or empty")
	case o.Keep && o.Name != "":
		return domain.Errorf(domain.BadRequest, "name: not allowed with keep, which takes the name of the fixtures")
	case len(o.FixturesName) > maxFixturesName || strings.ContainsFunc(o.FixturesName, isControl):
		return domain.Errorf(domain.BadRequest, "fixtures_name: invalid name %.64q; use at most %d bytes without control characters", o.FixturesName, maxFixturesName)
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 }

// pick returns the requested institution. The default is the only one.
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
		return nil, domain.Errorf(domain.NotFound, "fixture: no institution %.64q in the given fixtures; use one of %s", ref, strings.Join(names, ", "))
	case len(set.Institutions) > 1:
		return nil, domain.Errorf(domain.BadRequest, "fixtures: %d institutions; name one in fixture: %s", len(set.Institutions), strings.Join(names, ", "))
	}
	return set.Institutions[0], nil
}
