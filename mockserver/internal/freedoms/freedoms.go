package freedoms

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/assay/internal/suggest"
	"example.com/assay/mockserver/internal/domain"
)

// Settings are a choice for each freedom. An institution has its own.
type Settings struct {
	SecondCancel          SecondCancel
	CancelInError         Permission
	CancelAfterCompletion Permission
	CancelVisibility      Visibility
	CancelStatus          CancelStatus
	MalformedID           MalformedID
	CreateStatus          CreateStatus
	ListShape             ListShape
	ListOrder             ListOrder
	ErrorBody             ErrorBody
	OutcomeBeforeEnd      OutcomeBeforeEnd
	UnknownQuery          Leniency
	CancelBody            Leniency
	OutcomePath           OutcomePath

	// Awkward varies the choices; nil: they hold as they stand.
	Awkward *Awkward
}

// CancelRules returns what the settings say about cancelling.
func (s *Settings) CancelRules() domain.CancelRules {
	return domain.CancelRules{
		Again:      s.SecondCancel.refusal(),
		InError:    s.CancelInError.refusal(),
		AfterEnd:   s.CancelAfterCompletion.refusal(),
		Visibility: time.Duration(s.CancelVisibility),
		Terminal:   s.CancelStatus == CancelStatusTerminal,
	}
}

// Freedom is one freedom: its name and the values it may have.
type Freedom struct {
	Name   string
	Values []string // the default first
	Open   bool     // whether any positive duration is a value too

	set func(*Settings, string) bool
	get func(*Settings) string
}

// Value returns what the settings have for it.
func (f Freedom) Value(s *Settings) string { return f.get(s) }

// All lists the freedoms in the order of the catalogue.
func All() []Freedom {
	return []Freedom{
		choice("second-cancel", func(s *Settings) *SecondCancel { return &s.SecondCancel },
			SecondCancelNoContent, SecondCancelConflict, SecondCancelBadRequest, SecondCancelUnprocessable),
		choice("cancel-in-error", func(s *Settings) *Permission { return &s.CancelInError }, Allowed, Conflict),
		choice("cancel-after-completion", func(s *Settings) *Permission { return &s.CancelAfterCompletion }, Allowed, Conflict),
		duration("cancel-visibility", func(s *Settings) *Visibility { return &s.CancelVisibility }),
		choice("cancel-status", func(s *Settings) *CancelStatus { return &s.CancelStatus }, CancelStatusKeep, CancelStatusTerminal),
		choice("malformed-id", func(s *Settings) *MalformedID { return &s.MalformedID },
			MalformedNotFound, MalformedBadRequest, MalformedUnprocessable),
		choice("create-status", func(s *Settings) *CreateStatus { return &s.CreateStatus }, CreateStatusCreated, CreateStatusOK),
		choice("list-shape", func(s *Settings) *ListShape { return &s.ListShape }, ListShapePage, ListShapeArray),
		choice("list-order", func(s *Settings) *ListOrder { return &s.ListOrder }, NewestFirst, OldestFirst, Shuffled),
		choice("error-body", func(s *Settings) *ErrorBody { return &s.ErrorBody },
			ErrorBodyProblem, ErrorBodyErrors, ErrorBodyMessage, ErrorBodyEmpty),
		choice("outcome-before-end", func(s *Settings) *OutcomeBeforeEnd { return &s.OutcomeBeforeEnd }, OutcomeInitial, OutcomeNull),
		choice("unknown-query", func(s *Settings) *Leniency { return &s.UnknownQuery }, Ignore, Reject),
		choice("cancel-body", func(s *Settings) *Leniency { return &s.CancelBody }, Ignore, Reject),
		choice("outcome-path", func(s *Settings) *OutcomePath { return &s.OutcomePath }, OutcomeBelowAssessments, OutcomeAtRoot),
	}
}

// choice makes a freedom of named values, the default first.
func choice[T ~string](name string, field func(*Settings) *T, values ...T) Freedom {
	f := Freedom{Name: name}
	for _, v := range values {
		f.Values = append(f.Values, string(v))
	}
	f.set = func(s *Settings, value string) bool {
		known := slices.Contains(values, T(value))
		if known {
			*field(s) = T(value)
		}
		return known
	}
	f.get = func(s *Settings) string { return string(*field(s)) }
	return f
}

const immediate = "immediate"

// maxVisibility keeps a typing error from hiding a cancel for good.
const maxVisibility = time.Hour

// duration makes a freedom whose values are immediate and any duration.
func duration(name string, field func(*Settings) *Visibility) Freedom {
	f := Freedom{Name: name, Values: []string{immediate}, Open: true}
	f.set = func(s *Settings, value string) bool {
		if value == immediate {
			*field(s) = 0
			return true
		}
		d, err := time.ParseDuration(value)
		known := err == nil && d > 0 && d <= maxVisibility
		if known {
			*field(s) = Visibility(d)
		}
		return known
	}
	f.get = func(s *Settings) string {
		if d := time.Duration(*field(s)); d > 0 {
			return d.String()
		}
		return immediate
	}
	return f
}

// Default returns the first value of each freedom.
func Default() Settings {
	var s Settings
	for _, f := range All() {
		f.set(&s, f.Values[0])
	}
	return s
}

// Parse returns the defaults, changed by the named values. All that is wrong is
// reported, in the order of the names.
func Parse(values map[string]string) (Settings, error) {
	s := Default()
	var wrong []string
	for name, value := range values {
		if err := s.Set(name, value); err != nil {
			wrong = append(wrong, err.Error())
		}
	}
	if len(wrong) > 0 {
		slices.Sort(wrong)
		return Settings{}, fmt.Errorf("settings: %s", strings.Join(wrong, "; "))
	}
	return s, nil
}

// Set changes one choice, by name.
func (s *Settings) Set(name, value string) error {
	all := All()
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name
		if f.Name != name {
			continue
		}
		if !f.set(s, value) {
			return fmt.Errorf("%s: expected %s, got %q%s", name, f.allowed(), value, suggest.Hint(value, f.Values))
		}
		return nil
	}
	return fmt.Errorf("expected one of %s, got %q%s", strings.Join(names, ", "), name, suggest.Hint(name, names))
}

// Map returns every choice by the name of its freedom.
func (s *Settings) Map() map[string]string {
	values := map[string]string{}
	for _, f := range All() {
		values[f.Name] = f.get(s)
	}
	return values
}

func (f Freedom) allowed() string {
	allowed := "one of " + strings.Join(f.Values, ", ")
	if f.Open {
		allowed += fmt.Sprintf(" or a duration up to %s such as 750ms", maxVisibility)
	}
	return allowed
}
