package steps

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/openapi"
)

// Config is what the scenarios of a run have to work with.
type Config struct {
	Client    *client.Client
	Redactor  *client.Redactor
	Catalogue *openapi.Catalogue

	Key      client.Key
	OtherKey client.Key // of another institution
	Denied   client.Key // valid, but this machine is not on its allow list
	BadKeys  []client.Key

	Writes            bool     // whether anything may be created or cancelled
	EntityID          string   // to create assessments from; "": the first that is listed
	TemplateID        string   // likewise
	Sacrificial       []string // existing assessments that may be cancelled
	CanceledOutcomeID string   // "": what the template says
	OtherRegion       *url.URL // base URL of a region that the key is not of

	VisibilityTimeout time.Duration // how long a change may take to be seen
	Settle            time.Duration // how long an assessment is watched for changes
	Seed              uint64        // of the requests that break the contract
	Negatives         int           // how many of those are sent
	Clients           int           // how many cancel and read one assessment at once

	NewID  func() string        // returns a random UUID
	Intent func(Write) error    // told before anything is written; an error stops the write
	Done   func(Write, Written) // told after it
}

// Write is something that is about to be done to the target.
type Write struct {
	Kind         string // create, cancel, or the method of a request that breaks the contract
	AssessmentID string // of anything but a create
	Body         string // of a create
	Scenario     string
}

// Written is what came of a write, as far as the answer tells.
type Written struct {
	OK      bool   // the target says that it did it
	Created string // ID of what was created, "" if nobody was told
}

// Run is what the scenarios of one run share.
type Run struct {
	Config
	client    *client.Client
	redactor  *client.Redactor
	catalogue *openapi.Catalogue

	// creating is held for reading by whoever creates an assessment, and for
	// writing by the scenario that looks whether one appears all the same.
	creating sync.RWMutex

	parsing sync.Mutex // held while a large page is taken apart

	outcomes  sync.Mutex // held while it is found out where outcomes are read
	outcomeOp *operation

	mu        sync.Mutex
	mayCancel map[string]bool // IDs that this run has created, was given, or has made up
	pool      []string        // sacrificial IDs that nobody has taken
	resources map[string]*resources
	sightings []sighting    // all that was seen, once it was asked for
	slow      bool          // a cancel was not seen within the visibility timeout
	seen      time.Duration // the longest that a cancel took to be seen
	seenOnce  bool
	facts     facts
}

// NewRun returns a Run.
func NewRun(c Config) *Run {
	r := &Run{
		Config: c, client: c.Client, redactor: c.Redactor, catalogue: c.Catalogue,
		mayCancel: map[string]bool{}, pool: slices.Clone(c.Sacrificial), resources: map[string]*resources{},
	}
	for _, id := range c.Sacrificial {
		r.allowCancel(id)
	}
	return r
}

// allowCancel notes an assessment that may be cancelled. No other ever is.
func (r *Run) allowCancel(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mayCancel[strings.ToLower(id)] = true
}

func (r *Run) cancelAllowed(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mayCancel[strings.ToLower(id)]
}

// NewWorld returns the state for one scenario, which has yet to begin.
func (r *Run) NewWorld() *World { return &World{run: r} }

// Begin names the scenario, and the requirement that it speaks for.
func (w *World) Begin(scenario, requirement string) {
	w.scenario, w.requirement = scenario, requirement
}

// resources are the templates and entities of one key's institution.
type resources struct {
	once      sync.Once
	templates []Record
	entities  []Record
	err       error
}

// resourcesOf reads the templates and entities that the key can see, once a run.
func (w *World) resourcesOf(ctx context.Context, key client.Key) (*resources, error) {
	w.run.mu.Lock()
	res := w.run.resources[key.Name()]
	if res == nil {
		res = &resources{}
		w.run.resources[key.Name()] = res
	}
	w.run.mu.Unlock()
	res.once.Do(func() {
		res.templates, _ = w.idRecords(ctx, listTemplates, key)
		res.entities, _ = w.idRecords(ctx, listEntities, key)
	})
	return res, res.err
}

// idRecords lists what has an ID; a list that cannot be read is empty.
func (w *World) idRecords(ctx context.Context, op operation, key client.Key) ([]Record, error) {
	l, err := w.readList(ctx, op, key, 0)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(l.items, func(r Record) bool { return r.id() == "" }), nil
}

// source is an entity and a template to create assessments from.
type source struct{ entityID, templateID string }

// sourceFor finds what to create assessments from: what the user gave, or what
// the target lists first.
func (w *World) sourceFor(ctx context.Context, key client.Key) (source, error) {
	s := source{}
	if key.Name() == w.run.Key.Name() {
		s = source{entityID: w.run.EntityID, templateID: w.run.TemplateID}
	}
	if s.entityID != "" && s.templateID != "" {
		return s, nil
	}
	res, err := w.resourcesOf(ctx, key)
	if err != nil {
		return s, err
	}
	if s.templateID == "" && len(res.templates) > 0 {
		s.templateID = res.templates[0].id()
	}
	if s.entityID == "" && len(res.entities) > 0 {
		s.entityID = res.entities[0].id()
	}
	if s.entityID == "" || s.templateID == "" {
		return s, skip("--entity-id and --template-id", "the target lists no template or no entity with an ID, and none was given, so nothing can be created")
	}
	return s, nil
}

func (w *World) needWrites() error {
	if w.run.Writes {
		return nil
	}
	return skip("--allow-cancel", "it would create or cancel assessments, which was not allowed")
}

// newAssessment creates an assessment and reads it.
func (w *World) newAssessment(ctx context.Context, key client.Key) (*subject, error) {
	src, err := w.sourceFor(ctx, key)
	if err != nil {
		return nil, err
	}
	return w.newAssessmentFrom(ctx, key, src)
}

func (w *World) newAssessmentFrom(ctx context.Context, key client.Key, src source) (*subject, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	e, err := w.create(ctx, key, src)
	if err != nil {
		return nil, err
	}
	if !e.Success() {
		return nil, couldNotRun("", "no assessment could be created: %s", e.Got())
	}
	created, err := decodeRecord(e)
	if err != nil || created.id() == "" {
		return nil, couldNotRun("", "an assessment was created, and the answer does not tell its ID: %s", e.Got())
	}
	s := &subject{id: created.id(), key: key, accepted: e}
	s.before, err = w.awaitReadable(ctx, s)
	s.after = s.before
	return s, err
}

// create asks for a new assessment.
func (w *World) create(ctx context.Context, key client.Key, src source) (*client.Exchange, error) {
	return w.createBy(ctx, createAssessment.call(key, "", src.body()))
}

// createBy makes a call that creates an assessment, or should not.
func (w *World) createBy(ctx context.Context, call client.Call) (*client.Exchange, error) {
	w.run.creating.RLock()
	defer w.run.creating.RUnlock()
	return w.createLocked(ctx, call)
}

// maxLedgerBody is how much of a body is written down before a create, in bytes.
const maxLedgerBody = 1 << 10

func (w *World) createLocked(ctx context.Context, call client.Call) (*client.Exchange, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	write := Write{Kind: "create", Body: string(call.Body[:min(len(call.Body), maxLedgerBody)]), Scenario: w.scenario}
	if err := w.intend(write); err != nil {
		return nil, err
	}
	e, err := w.do(ctx, call)
	w.settleWrite(write, e)
	return e, err
}

func (w *World) intend(write Write) error {
	if w.run.Intent == nil {
		return nil
	}
	if err := w.run.Intent(write); err != nil {
		return fmt.Errorf("write down what is about to be done: %w", err)
	}
	return nil
}

// settleWrite notes what an answer to a create or a cancel says was done.
func (w *World) settleWrite(write Write, e *client.Exchange) {
	written := Written{OK: e != nil && e.Success()}
	if written.OK && write.Kind == "create" {
		if r, err := decodeRecord(e); err == nil {
			written.Created = r.id()
		}
	}
	if written.Created != "" {
		w.run.allowCancel(written.Created)
	}
	if w.run.Done != nil {
		w.run.Done(write, written)
	}
}

// activeAssessment provides an assessment that may be cancelled.
func (w *World) activeAssessment(ctx context.Context) (*subject, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	s, err := w.newAssessment(ctx, w.run.Key)
	var stop *Stop
	if err != nil && asStop(err, &stop) {
		if pooled, perr := w.pooled(ctx); pooled != nil || perr != nil {
			return pooled, perr
		}
	}
	if err != nil {
		return nil, err
	}
	if state := s.before.state(); state != "Active" {
		return nil, couldNotRun("--template-id", "a new assessment is in state %q and not Active", state)
	}
	return s, nil
}

// pooled takes one of the existing assessments that may be sacrificed.
func (w *World) pooled(ctx context.Context) (*subject, error) {
	w.run.mu.Lock()
	if len(w.run.pool) == 0 {
		w.run.mu.Unlock()
		return nil, nil
	}
	s := &subject{id: w.run.pool[0], key: w.run.Key}
	w.run.pool = w.run.pool[1:]
	w.run.mu.Unlock()
	r, e, err := w.read(ctx, s)
	if err != nil {
		return nil, err
	}
	if r.state() != "Active" {
		return nil, couldNotRun("--assessment-id", "expected assessment %s to be Active, got %s", s.id, e.Got())
	}
	s.before, s.after = r, r
	return s, nil
}

// cancel asks for the workflow of an assessment to be cancelled.
func (w *World) cancel(ctx context.Context, id string, key client.Key) (*client.Exchange, error) {
	return w.cancelBy(ctx, cancelWorkflow.call(key, id, nil))
}

// cancelBy makes a call that cancels, or should not.
func (w *World) cancelBy(ctx context.Context, call client.Call) (*client.Exchange, error) {
	if err := w.needWrites(); err != nil {
		return nil, err
	}
	if !w.run.cancelAllowed(call.Resource) {
		return nil, couldNotRun("", "assessment %s is neither this run's own nor named by --assessment-id, so it is not cancelled: this is a defect of the suite", call.Resource)
	}
	write := Write{Kind: "cancel", AssessmentID: call.Resource, Scenario: w.scenario}
	if err := w.intend(write); err != nil {
		return nil, err
	}
	e, err := w.do(ctx, call)
	w.settleWrite(write, e)
	return e, err
}

// read reads an assessment by its own key. The record is nil if it was not there.
func (w *World) read(ctx context.Context, s *subject) (Record, *client.Exchange, error) {
	e, err := w.do(ctx, getAssessment.call(s.key, s.id, nil))
	if err != nil {
		return nil, e, err
	}
	if e.Status != 200 {
		return nil, e, nil
	}
	r, err := decodeRecord(e)
	if err != nil {
		return nil, e, nil //nolint:nilerr // what is not a record is judged by whoever asked for one
	}
	return r, e, nil
}

// awaitReadable reads a new assessment, for as long as it may take to be seen.
func (w *World) awaitReadable(ctx context.Context, s *subject) (Record, error) {
	var last *client.Exchange
	var found Record
	err := w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		r, e, err := w.read(ctx, s)
		last, found = e, r
		return r != nil, err
	})
	if err == nil && found == nil {
		err = couldNotRun("--visibility-timeout", "a new assessment cannot be read: %s", last.Got())
	}
	return found, err
}

// awaitCancelled reads until the assessment is seen as cancelled, and measures
// how long that took. It gives up early once another scenario has waited in vain.
func (w *World) awaitCancelled(ctx context.Context, s *subject) error {
	began, reads := time.Now(), 0
	err := w.poll(ctx, w.patience(), func() (bool, error) {
		r, _, err := w.read(ctx, s)
		reads++
		if r != nil {
			s.after = r
		}
		return r != nil && !slices.Contains([]string{"Active", "Error"}, r.state()), err
	})
	if err == nil {
		took := time.Since(began)
		if reads == 1 {
			took = 0 // the first read showed it: it was there at once
		}
		w.run.noteVisibility(s.after.state() == "Cancelled", took)
	}
	return err
}

func (r *Run) noteVisibility(visible bool, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !visible {
		r.slow = true
		return
	}
	r.seen, r.seenOnce = max(r.seen, took), true
}

// poll asks until the answer is yes or the time is up, first at once, then more
// and more seldom. Whether the answer ever was yes is for the caller to look at.
func (w *World) poll(ctx context.Context, limit time.Duration, done func() (bool, error)) error {
	began := time.Now()
	defer func() { w.waited += time.Since(began) }()
	for interval := max(limit/100, 2*time.Millisecond); ; interval = min(2*interval, max(limit/8, 5*time.Millisecond)) {
		ok, err := done()
		if ok || err != nil || time.Since(began)+interval > limit {
			return err
		}
		if err := sleep(ctx, interval); err != nil {
			return err
		}
	}
}

// watch looks at something again and again for the settle time, and once after
// it, however long a look takes.
func (w *World) watch(ctx context.Context, look func() error) error {
	interval := max(w.run.Settle/8, time.Millisecond)
	for end := time.Now().Add(w.run.Settle); time.Now().Before(end); {
		if err := look(); err != nil {
			return err
		}
		if err := sleep(ctx, interval); err != nil {
			return err
		}
	}
	return look()
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// oneDigitOff returns an ID that differs from the given one in its last digit.
func oneDigitOff(id string) string {
	last := "0"
	if strings.HasSuffix(id, "0") {
		last = "1"
	}
	return id[:len(id)-1] + last
}
