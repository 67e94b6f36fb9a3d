package mockserver

import (
	"time"

	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/registry"
)

// Institution is one tenant of a server: its assessments, clock, settings, faults and
// journal. Parallel tests each create one with [Server.NewInstitution], and share
// only the server. It is safe for concurrent use.
type Institution struct {
	in       *institution.Institution
	registry *registry.Registry
}

// The values that the methods take and return. The control plane has the same ones,
// as JSON.
type (
	// InstitutionOptions say how an institution begins.
	InstitutionOptions = registry.Options
	// InstitutionInfo describes an institution.
	InstitutionInfo = institution.Info
	// ClockOptions say how the time of an institution begins.
	ClockOptions = institution.ClockOptions
	// ClockState is the time of an institution, and how it passes.
	ClockState = institution.ClockState
	// ClockMode says how the time passes.
	ClockMode = institution.Mode
	// Advanced says how far the time moved, and which events that caused.
	Advanced = institution.Advanced
	// Event is an event that the passing of time causes.
	Event = institution.Event
	// InstitutionSettings are the settings of an institution.
	InstitutionSettings = institution.Settings
	// Assessment is an assessment with the course of its workflow.
	Assessment = institution.Assessment
	// AssessmentDraft describes a new assessment.
	AssessmentDraft = institution.Draft
	// AssessmentFilter selects assessments.
	AssessmentFilter = institution.Filter
	// Failure is an error of a workflow.
	Failure = institution.Failure
	// Snapshot describes a saved state.
	Snapshot = registry.Snapshot
	// Diff describes how two states differ.
	Diff = institution.Diff
	// Quotas are the quotas of a server.
	Quotas = registry.Quotas
	// Quota is a limit, and how much of it is used.
	Quota = registry.Quota
)

// The modes of a clock.
const (
	ClockReal   = institution.Real   // at the pace of the server's clock
	ClockFrozen = institution.Frozen // only when it is advanced
)

// NewInstitution creates an institution with a key of its own, in constant time.
func (s *Server) NewInstitution(o InstitutionOptions) (*Institution, error) {
	return s.handle(s.registry.Create(o))
}

// Institution returns the institution with the ID, the name or the key, or an error
// if there is none, or several of the name.
func (s *Server) Institution(ref string) (*Institution, error) { return s.handle(s.registry.Find(ref)) }

func (s *Server) handle(in *institution.Institution, err error) (*Institution, error) {
	if err != nil {
		return nil, err
	}
	return &Institution{in, s.registry}, nil
}

// Institutions returns all institutions in the order of their creation.
func (s *Server) Institutions() []*Institution {
	var all []*Institution
	for _, in := range s.registry.List() {
		all = append(all, &Institution{in, s.registry})
	}
	return all
}

// Quotas returns the quotas (Config.MaxInstitutions and the others).
func (s *Server) Quotas() Quotas { return s.registry.Quotas() }

// ID returns the ID, the institution_id of its assessments.
func (in *Institution) ID() string { return in.in.ID() }

// Name returns the name.
func (in *Institution) Name() string { return in.in.Name() }

// Key returns the first key that is not revoked, or "".
func (in *Institution) Key() string { return in.in.Key() }

// Info describes the institution.
func (in *Institution) Info() InstitutionInfo { return in.in.Info() }

// apply makes a change.
func (in *Institution) apply(c institution.Change) (institution.Effect, error) {
	return in.in.Apply(institution.Source{}, c)
}

// applyTo makes a change of an assessment.
func (in *Institution) applyTo(id string, c institution.Change) (Assessment, error) {
	c.Assessment = id
	effect, err := in.apply(c)
	return effect.Assessment, err
}

// Reset returns the institution to the state in which it was created, and empties
// its journal.
func (in *Institution) Reset() error {
	_, err := in.apply(institution.Change{Kind: institution.Reset})
	return err
}

// Delete removes the institution: its keys become unknown.
func (in *Institution) Delete() { in.registry.Delete(in.in) }

// Clock returns the time.
func (in *Institution) Clock() ClockState { return in.in.Clock() }

// Freeze stops the time.
func (in *Institution) Freeze() ClockState { return in.setClock(institution.Freeze) }

// Run lets the time pass, from where it stands.
func (in *Institution) Run() ClockState { return in.setClock(institution.Run) }

func (in *Institution) setClock(kind institution.Kind) ClockState {
	_, _ = in.apply(institution.Change{Kind: kind}) // never fails
	return in.Clock()
}

// Advance moves the time ahead, and returns the events that this causes.
func (in *Institution) Advance(d time.Duration) (Advanced, error) {
	effect, err := in.apply(institution.Change{Kind: institution.Advance, By: &d})
	return effect.Advanced, err
}

// AdvanceTo moves the time ahead to a time that is not before that of the institution,
// and returns the events that this causes.
func (in *Institution) AdvanceTo(t time.Time) (Advanced, error) {
	effect, err := in.apply(institution.Change{Kind: institution.Advance, To: t})
	return effect.Advanced, err
}

// AdvanceToNext moves the time ahead to the next event. Without one, the time stays.
func (in *Institution) AdvanceToNext() Advanced {
	effect, _ := in.apply(institution.Change{Kind: institution.Advance}) // never fails
	return effect.Advanced
}

// Settings returns the settings.
func (in *Institution) Settings() InstitutionSettings { return in.in.Settings() }

// Set sets the value of a freedom. In awkward mode the freedom becomes fixed.
func (in *Institution) Set(freedom, value string) error {
	return in.changeSettings(institution.SettingsChange{Values: map[string]string{freedom: value}})
}

// SetAwkward switches the awkward mode of Config.Awkward on or off.
func (in *Institution) SetAwkward(on bool) error {
	return in.changeSettings(institution.SettingsChange{Awkward: &on})
}

func (in *Institution) changeSettings(c institution.SettingsChange) error {
	_, err := in.apply(institution.Change{Kind: institution.ChangeSettings, Settings: c})
	return err
}

// ResetSettings returns to the settings that the institution began with.
func (in *Institution) ResetSettings() error {
	_, err := in.apply(institution.Change{Kind: institution.ResetSettings})
	return err
}

// Assessments returns the assessments that match the filter, newest first, and the
// number of all that match.
func (in *Institution) Assessments(f AssessmentFilter) ([]Assessment, int) {
	return in.in.Assessments(f)
}

// Assessment returns an assessment with the course of its workflow.
func (in *Institution) Assessment(id string) (Assessment, error) { return in.in.Assessment(id) }

// CreateAssessment creates an assessment in any state.
func (in *Institution) CreateAssessment(d AssessmentDraft) (Assessment, error) {
	return in.applyTo("", institution.Change{Kind: institution.Create, Draft: d})
}

// ForceError puts an assessment in error, unless it is cancelled.
func (in *Institution) ForceError(id string, f Failure) (Assessment, error) {
	return in.applyTo(id, institution.Change{Kind: institution.ForceError, Failure: f})
}

// Finish puts an assessment at the end of its workflow, unless it is cancelled.
func (in *Institution) Finish(id string) (Assessment, error) {
	return in.applyTo(id, institution.Change{Kind: institution.Finish})
}

// CompleteTask completes a task, as a person does whose work a manual step waits for:
// the workflow goes on. The outcome is the ID of the interim outcome to set; empty: that
// of the step. The ID of the task is in the steps of its assessment.
func (in *Institution) CompleteTask(task, outcome string) (Assessment, error) {
	effect, err := in.in.Apply(institution.Source{}, institution.Change{Kind: institution.CompleteTask, Task: task, Outcome: outcome})
	return effect.Assessment, err
}

// Cancel cancels an assessment by the settings, as the API does.
func (in *Institution) Cancel(id string) (Assessment, error) {
	return in.applyTo(id, institution.Change{Kind: institution.Cancel})
}

// Snapshot saves the state. The default of the name is a numbered one.
func (in *Institution) Snapshot(name string) (Snapshot, error) {
	return in.registry.Save(in.in, name)
}

// Restore returns the institution to the state of a snapshot.
func (in *Institution) Restore(name string) error {
	return in.registry.Restore(in.in, institution.Source{}, name)
}

// Export returns the institution as a fixture file, for Config.Fixtures.
func (in *Institution) Export() ([]byte, error) { return in.in.Export() }

// Snapshots lists the snapshots in the order in which they were saved.
func (s *Server) Snapshots() []Snapshot { return s.registry.Snapshots() }

// DeleteSnapshot deletes the snapshot with the name.
func (s *Server) DeleteSnapshot(name string) error { return s.registry.DeleteSnapshot(name) }

// ExportSnapshot returns the snapshot with the name as a fixture file.
func (s *Server) ExportSnapshot(name string) ([]byte, error) { return s.registry.ExportSnapshot(name) }

// Diff compares two states: snapshots by name, or institutions by ID or name, as
// they are now.
func (s *Server) Diff(a, b string) (Diff, error) { return s.registry.Diff(a, b) }
