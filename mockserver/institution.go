package mockserver

import (
	"time"

	"example.com/assay/mockserver/internal/tenant"
)

// Institution is one tenant of a server: what its keys can see and change, its
// clock and its choices. Tests that run at the same time each take one of their
// own, with [Server.NewInstitution], and share nothing but the server. It is safe
// for concurrent use.
type Institution struct{ tenant *tenant.Institution }

// What the methods of an institution take and return. The control plane has the
// same, as JSON.
type (
	// InstitutionOptions say how an institution is to begin.
	InstitutionOptions = tenant.Options
	// InstitutionInfo describes an institution.
	InstitutionInfo = tenant.Info
	// ClockOptions say how the time of an institution begins.
	ClockOptions = tenant.ClockOptions
	// ClockState is the time of an institution, and whether it passes.
	ClockState = tenant.Clock
	// ClockMode says how the time passes.
	ClockMode = tenant.Mode
	// Advanced says how the time moved, and what happened by that.
	Advanced = tenant.Advanced
	// Event is something that happened by the passing of time.
	Event = tenant.Event
	// InstitutionSettings are the choices of an institution.
	InstitutionSettings = tenant.Settings
	// Assessment is an assessment with the course of its workflow.
	Assessment = tenant.Assessment
	// AssessmentDraft says what assessment is to be made.
	AssessmentDraft = tenant.Draft
	// AssessmentFilter says which assessments are looked for.
	AssessmentFilter = tenant.Filter
	// Failure is what went wrong in a workflow.
	Failure = tenant.Failure
	// Snapshot describes a state that was saved.
	Snapshot = tenant.Snapshot
	// Diff says in what two states differ.
	Diff = tenant.Diff
	// Quotas say how full a server is.
	Quotas = tenant.Quotas
	// Quota is how much there may be of something, and how much there is.
	Quota = tenant.Quota
)

// The modes of a clock.
const (
	ClockReal   = tenant.Real   // at the pace of the server's clock
	ClockFrozen = tenant.Frozen // not at all, until it is advanced
)

// NewInstitution makes an institution with a key of its own. It takes no longer
// if what it is made from holds more.
func (s *Server) NewInstitution(o InstitutionOptions) (*Institution, error) {
	made, err := s.tenants.Create(o)
	if err != nil {
		return nil, err
	}
	return &Institution{made}, nil
}

// Institution returns the institution with the ID, the name or the key; the error
// says that there is none, or more than one of the name.
func (s *Server) Institution(ref string) (*Institution, error) {
	found, err := s.tenants.Find(ref)
	if err != nil {
		return nil, err
	}
	return &Institution{found}, nil
}

// Institutions returns all institutions in the order of their creation.
func (s *Server) Institutions() []*Institution {
	var all []*Institution
	for _, in := range s.tenants.List() {
		all = append(all, &Institution{in})
	}
	return all
}

// Quotas returns how much the server takes (Config.MaxInstitutions and the others),
// and how much it has.
func (s *Server) Quotas() Quotas { return s.tenants.Quotas() }

// ID returns the ID, the institution_id of its assessments.
func (in *Institution) ID() string { return in.tenant.ID() }

// Name returns the name.
func (in *Institution) Name() string { return in.tenant.Name() }

// Key returns a key that is not revoked, empty if there is none.
func (in *Institution) Key() string { return in.tenant.Key() }

// Info describes the institution as it is now.
func (in *Institution) Info() InstitutionInfo { return in.tenant.Info() }

// Reset makes the institution what it was when it was made. Its journal begins
// with that.
func (in *Institution) Reset() error { return in.tenant.Reset() }

// Delete removes the institution: its keys are unknown from now on.
func (in *Institution) Delete() { in.tenant.Delete() }

// Clock returns the time.
func (in *Institution) Clock() ClockState { return in.tenant.Clock() }

// Freeze makes the time stand still.
func (in *Institution) Freeze() ClockState { return in.tenant.Freeze() }

// Run makes the time pass, from where it stands.
func (in *Institution) Run() ClockState { return in.tenant.Run() }

// Advance moves the time ahead, and returns what happened by that.
func (in *Institution) Advance(d time.Duration) (Advanced, error) { return in.tenant.Advance(d) }

// AdvanceToNext moves the time ahead to the next thing that happens by itself.
// Where nothing is going to happen, the time stays, and there are no events.
func (in *Institution) AdvanceToNext() Advanced { return in.tenant.AdvanceToNext() }

// Settings returns the choices.
func (in *Institution) Settings() InstitutionSettings { return in.tenant.Settings() }

// Set chooses a value of a freedom. In awkward mode it does not vary any more.
func (in *Institution) Set(freedom, value string) error {
	_, err := in.tenant.Set(tenant.Change{Values: map[string]string{freedom: value}})
	return err
}

// SetAwkward switches the awkward mode of Config.Awkward on or off.
func (in *Institution) SetAwkward(on bool) error {
	_, err := in.tenant.Set(tenant.Change{Awkward: &on})
	return err
}

// ResetSettings returns to the choices that the institution began with.
func (in *Institution) ResetSettings() error {
	_, err := in.tenant.ResetSettings()
	return err
}

// Assessments returns the assessments that the filter finds, newest first, and
// how many there are in all.
func (in *Institution) Assessments(f AssessmentFilter) ([]Assessment, int) {
	return in.tenant.Assessments(f)
}

// Assessment returns an assessment with the course of its workflow.
func (in *Institution) Assessment(id string) (Assessment, error) { return in.tenant.Assessment(id) }

// CreateAssessment makes an assessment in any state.
func (in *Institution) CreateAssessment(d AssessmentDraft) (Assessment, error) {
	return in.tenant.Add(d)
}

// ForceError puts an assessment in error, unless it is cancelled.
func (in *Institution) ForceError(id string, f Failure) (Assessment, error) {
	return in.tenant.ForceError(id, f)
}

// Finish puts an assessment at the end of its workflow, unless it is cancelled.
func (in *Institution) Finish(id string) (Assessment, error) { return in.tenant.Finish(id) }

// Cancel cancels an assessment as a client of the API does.
func (in *Institution) Cancel(id string) (Assessment, error) { return in.tenant.Cancel(id) }

// Snapshot saves the state under a name; the empty one stands for a new one.
func (in *Institution) Snapshot(name string) (Snapshot, error) { return in.tenant.Save(name) }

// Restore makes the institution what it was when the snapshot was saved.
func (in *Institution) Restore(name string) error { return in.tenant.Restore(name) }

// Export returns the institution as a fixture file, for Config.Fixtures.
func (in *Institution) Export() ([]byte, error) { return in.tenant.Export() }

// Snapshots lists the snapshots in the order in which they were saved.
func (s *Server) Snapshots() []Snapshot { return s.tenants.Snapshots() }

// DeleteSnapshot deletes the snapshot with the name.
func (s *Server) DeleteSnapshot(name string) error { return s.tenants.Forget(name) }

// ExportSnapshot returns the snapshot with the name as a fixture file.
func (s *Server) ExportSnapshot(name string) ([]byte, error) { return s.tenants.Export(name) }

// Diff compares two states: snapshots by their names, or institutions by their
// IDs or names, as they are now.
func (s *Server) Diff(a, b string) (Diff, error) { return s.tenants.Diff(a, b) }
