package mockserver

import (
	"cmp"
	"errors"
	"fmt"

	"example.com/assay/mockserver/internal/api"
	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/journal"
	"example.com/assay/mockserver/internal/tenant"
)

// attend files a request with the journal of its institution, and says what is
// to go wrong with it: what its header Prefer asks for, or else what an armed
// fault does.
func (s *Server) attend(a api.Attendance) *fault.Plan {
	in, known := s.tenants.ByID(a.Institution.ID)
	if !known { // it was deleted since the key was looked at
		return nil
	}
	if a.Exchange != nil {
		a.Exchange.Of(in.Journal(), a.Institution.Time.Now())
		a.Exchange.Asked(a.Operation, a.Assessment, a.Settings)
	}
	plan := in.Faults().Draw(a.Operation, a.Assessment)
	if preferences := a.Request.Header["Prefer"]; len(preferences) > 0 && s.prefer {
		preferred, err := fault.Prefer(preferences)
		switch {
		case err != nil:
			a.Exchange.Refused(err.Error(), nil, "")
			return fault.Refusal(err)
		case preferred != nil:
			plan = preferred
		}
	}
	if plan != nil {
		a.Exchange.Struck(struck(plan))
	}
	return plan
}

func struck(p *fault.Plan) journal.Fault {
	f := journal.Fault{Rule: p.Rule, Name: string(p.Kind.Name), Words: p.Description()}
	if p.Delay > 0 {
		f.Delay = p.Delay.String()
	}
	return f
}

// limits returns how much the institutions take.
func (cfg Config) limits() tenant.Limits {
	l := tenant.DefaultLimits()
	l.Journal.Entries = cmp.Or(cfg.JournalEntries, l.Journal.Entries)
	l.Journal.Bytes = cmp.Or(cfg.JournalBytes, l.Journal.Bytes)
	l.Institutions = cmp.Or(cfg.MaxInstitutions, l.Institutions)
	l.Assessments = cmp.Or(cfg.MaxAssessments, l.Assessments)
	l.Snapshots = cmp.Or(cfg.MaxSnapshots, l.Snapshots)
	return l
}

// checkLimits refuses limits that nothing could be within.
func (cfg Config) checkLimits() error {
	var wrong []error
	for _, l := range []struct {
		name  string
		value int
	}{
		{"MaxInstitutions", cfg.MaxInstitutions}, {"MaxAssessments", cfg.MaxAssessments}, {"MaxSnapshots", cfg.MaxSnapshots},
		{"JournalEntries", cfg.JournalEntries}, {"JournalBytes", cfg.JournalBytes},
	} {
		if l.value < 0 {
			wrong = append(wrong, fmt.Errorf("configuration: %s: expected a number above 0, or 0 for the default, got %d", l.name, l.value))
		}
	}
	return errors.Join(wrong...)
}

func operationIDs(c *contract.Contract) []string {
	var ids []string
	for _, op := range c.Operations() {
		ids = append(ids, op.ID)
	}
	return ids
}
