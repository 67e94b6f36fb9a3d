package institution

import (
	"fmt"
	"strings"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/journal"
)

// Apply carries out a change, and writes it into the journal. An error means that
// nothing has changed. Changes of an institution are applied one after another.
func (in *Institution) Apply(from Source, c Change) (Effect, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	a := &application{in: in, state: in.State(), from: from, Effect: Effect{Change: c}}
	a.Change.Assessment = strings.ToLower(c.Assessment)
	changed, err := a.apply()
	if err == nil && changed && in.config.Record != nil {
		in.config.Record(in.id, a.Change)
	}
	return a.Effect, err
}

// application is one change on its way. It completes the change in the effect.
type application struct {
	in    *Institution
	state *State
	from  Source
	Effect
}

// apply reports whether the change had an effect to record.
func (a *application) apply() (changed bool, err error) {
	switch a.Change.Kind {
	case Create:
		err = a.create()
	case Cancel:
		err = a.update(a.cancel())
	case ForceError:
		err = a.update(a.forceError)
	case Finish:
		err = a.update(a.finish)
	case AssignTask, CompleteTask:
		err = a.changeTask()
	case Freeze:
		a.record(a.state.Clock.Freeze(), "made the time stand still")
	case Run:
		a.record(a.state.Clock.Run(), "made the time pass")
	case Advance:
		return a.advance()
	case ChangeSettings, ResetSettings:
		err = a.changeSettings()
	case Arm, Disarm, DisarmAll:
		return a.changeFaults()
	case Reset, Restore, Reload:
		err = a.replaceState()
	default:
		err = fmt.Errorf("unknown change %q", a.Change.Kind)
	}
	return err == nil, err
}

// at completes the time of the change, and returns it.
func (a *application) at(now time.Time) time.Time {
	if a.Change.Time.IsZero() {
		a.Change.Time = now
	}
	return a.Change.Time
}

// record writes an entry of a change that is about no assessment, or about all.
func (a *application) record(now time.Time, text string) { a.write(a.at(now), a.Change.audit(text)) }

func (a *application) write(at time.Time, entry journal.Change) {
	entry.By = a.from.By
	a.in.journal.Control(at, entry)
}

// recordUpdate writes down a change of an assessment before it is visible: an entry
// with a higher number may have seen it, one with a lower number has not.
func (a *application) recordUpdate(before, after domain.Assessment, err error) {
	switch now := a.Change.Time; {
	case a.from.Request != nil:
		a.from.Exchange.Changed(before.Decided(now), after.Decided(now))
	case err == nil:
		a.write(now, a.Change.auditUpdate(&before, after))
	}
}

func (a *application) create() error {
	entity, template, err := a.state.parts(a.Change.Draft)
	if err != nil {
		return err
	}
	var created domain.Assessment
	a.Item, err = a.state.Assessments.Create(a.from.Read, func(now time.Time, n uint64) domain.Assessment {
		now = a.at(now)
		created = a.Change.Draft.place(a.state.newAssessment(entity, template, now, n), now, a.state.Statuses.Terminal)
		return created
	})
	if err != nil {
		return err
	}
	a.Change.Assessment = created.ID
	if a.from.Request == nil {
		a.write(a.Change.Time, a.Change.auditUpdate(nil, created))
		a.Assessment = a.state.describe(&created, a.Change.Time)
	}
	return nil
}

// update replaces an assessment.
func (a *application) update(decide func(now time.Time, before domain.Assessment) (domain.Assessment, error)) error {
	var updated domain.Assessment
	err := a.state.Assessments.Update(a.Change.Assessment, func(now time.Time, before domain.Assessment) (domain.Assessment, error) {
		var err error
		updated, err = decide(a.at(now), before)
		a.recordUpdate(before, updated, err)
		return updated, err
	})
	if err == nil && a.from.Request == nil {
		a.Assessment = a.state.describe(&updated, a.Change.Time)
	}
	return err
}

// cancel returns the decision, by the rules of the change or of the next request.
func (a *application) cancel() func(time.Time, domain.Assessment) (domain.Assessment, error) {
	request := a.from.Request
	if request == nil && a.Change.Rules == nil {
		next := a.state.NextRequest()
		request = &next
	}
	return func(now time.Time, before domain.Assessment) (domain.Assessment, error) {
		if a.Change.Rules == nil {
			rules := request.CancelRules(before.ID, before.Decided(now))
			a.Change.Rules = &rules
		}
		return before.Cancel(now, *a.Change.Rules, a.state.Statuses.Terminal)
	}
}

func (a *application) forceError(now time.Time, before domain.Assessment) (domain.Assessment, error) {
	failure := a.Change.Failure
	if err := failure.check(); err != nil {
		return before, err
	}
	if failure.Step == "" {
		failure.Step = before.Trace(now).Current()
	}
	return refuseCancelled(now, before, before.FailedWith(failure.complete(&before), now))
}

func (a *application) finish(now time.Time, before domain.Assessment) (domain.Assessment, error) {
	return refuseCancelled(now, before, before.Completed(now))
}

// refuseCancelled lets no change bring a cancelled assessment back (CAN-07, CAN-11).
func refuseCancelled(now time.Time, before, after domain.Assessment) (domain.Assessment, error) {
	if before.Decided(now).State == domain.Cancelled {
		return before, domain.Errorf(domain.Conflict, "the assessment is cancelled; create another one, or restore a snapshot")
	}
	return after, nil
}

func (a *application) advance() (changed bool, err error) {
	before := a.at(a.state.Clock.Now())
	if err := a.aim(before); err != nil {
		return false, err
	}
	if !a.Change.To.After(before) { // no event comes
		a.Advanced = Advanced{From: before, To: before, Events: []Event{}}
		return false, nil
	}
	a.Advanced = a.state.happened(before, a.state.Clock.AdvanceTo(a.Change.To))
	a.write(a.Advanced.To, a.Change.auditAdvance(a.Advanced))
	return true, nil
}

// aim completes the time to advance to.
func (a *application) aim(now time.Time) error {
	switch {
	case a.Change.To.IsZero():
	case a.Change.To.Before(now):
		return domain.Errorf(domain.BadRequest, "advance: %s is before the time of the institution, %s; reset the institution to go back",
			a.Change.To.Format(time.RFC3339), now.Format(time.RFC3339))
	default:
		return a.checkLatest()
	}
	switch by := a.Change.By; {
	case by == nil:
		a.Change.To = a.state.nextEvent(now)
	case *by <= 0 || *by > maxAdvance:
		return domain.Errorf(domain.BadRequest, "advance: %s is out of range; use a duration above 0s and up to %s, such as 90s or 24h", *by, maxAdvance)
	default:
		a.Change.To = now.Add(*by)
	}
	return a.checkLatest()
}

func (a *application) checkLatest() error {
	if a.Change.To.After(latest()) {
		return domain.Errorf(domain.BadRequest, "advance: %s passes the year %d; reset the institution, or advance less", a.Change.To.Format(time.RFC3339), latest().Year())
	}
	return nil
}

func (a *application) changeSettings() error {
	settings, err := a.in.config.settings(a.in.id, a.state.origin.Blueprint, a.state.origin.Start)
	if err == nil && a.Change.Kind == ChangeSettings {
		settings, err = a.Change.Settings.apply(*a.state.Settings(), a.in.config.awkwardSeed(a.in.id))
	}
	if err != nil {
		return err
	}
	before := settingsOf(a.state.Settings())
	a.state.settings.Store(settings)
	a.write(a.at(a.state.Clock.Now()), a.Change.auditSettings(before, settingsOf(settings)))
	return nil
}

func (a *application) changeFaults() (changed bool, err error) {
	faults := a.in.faults
	var text string
	switch a.Change.Kind {
	case Arm:
		if a.Fault, err = faults.Arm(a.Change.Fault); err != nil {
			return false, domain.Errorf(domain.BadRequest, "%v", err)
		}
		a.Change.FaultID = a.Fault.ID
		text = fmt.Sprintf("armed %s, %s", a.Fault.ID, a.Fault.Description())
	case Disarm:
		if !faults.Disarm(a.Change.FaultID) {
			return false, domain.Errorf(domain.NotFound, "no armed fault %.64q; list the faults to see them", a.Change.FaultID)
		}
		text = "disarmed " + a.Change.FaultID
	default:
		if a.Disarmed = faults.Clear(); a.Disarmed == 0 {
			return false, nil
		}
		text = fmt.Sprintf("disarmed all faults, of which there were %d", a.Disarmed)
	}
	a.record(a.state.Clock.Now(), text)
	return true, nil
}

// replaceState begins again, from the origin, a snapshot or other fixtures.
func (a *application) replaceState() error {
	var next *State
	var err error
	config, origin := a.in.config, a.state.origin
	text := "made the institution what it was at the beginning"
	switch a.Change.Kind {
	case Restore:
		next, err = config.begin(a.in.id, origin, a.Change.Blueprint, Start{})
		text = fmt.Sprintf("made the institution what the snapshot %q has", a.Change.Snapshot)
	case Reload:
		next, err = config.reload(a.state, a.Change.Origin)
		text = fmt.Sprintf("loaded other fixtures: the institution has their assessments, and all else that they have; "+
			"its time, its settings, its journal and its armed faults, of which there are %d, go on", len(a.in.faults.List()))
	default:
		next, err = config.begin(a.in.id, origin, origin.Blueprint, origin.Start)
	}
	if err != nil {
		return err
	}
	if a.Change.Kind == Reset {
		a.in.faults.Reset()
		a.in.journal.Reset()
	}
	a.record(next.Clock.Now(), text)
	a.in.state.Store(next)
	return nil
}
