package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"example.com/assay/mockserver/internal/contract"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/freedoms"
	"example.com/assay/mockserver/internal/store"
)

func TestAssessments(t *testing.T) {
	t.Parallel()
	c := loadContract(t)
	tests := map[string]func(*testing.T, fixture){
		"an unknown ID is not found":                         unknown,
		"an added assessment can be read":                    added,
		"a duplicate ID is an error":                         duplicate,
		"a view is rendered once":                            renderedOnce,
		"every reader sees an update":                        changed,
		"a failed update changes nothing":                    unchanged,
		"a new assessment can be read at once":               created,
		"an assessment that cannot be certified is not kept": notCertified,
		"lists have their order, and pages fit":              ordered,
		"time does not go back":                              forward,
		"concurrent readers see no update undone":            concurrent,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newFixture(c))
		})
	}
}

type fixture struct {
	*store.Assessments
	clock    *clock
	rendered *counter
	contract *contract.Contract
}

// clock stands until it is moved. It is safe for concurrent use.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// counter counts renderings.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) add() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

const refused = "refused" // an outcome that is never certified

func newFixture(c *contract.Contract) fixture {
	f := fixture{clock: &clock{now: time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}, rendered: &counter{}, contract: c}
	f.Assessments = store.New(store.Options{Clock: store.NewClock(f.clock.Now), Render: f.render, Seed: 1})
	return f
}

// render makes an outcome: the store does not read the bytes.
func (f fixture) render(a *domain.Assessment, v domain.View) (contract.Item, error) {
	f.rendered.add()
	if v.Outcome == refused {
		return contract.Item{}, errors.New("not certified")
	}
	return f.contract.CertifyItem("Outcome", map[string]string{"id": a.ID, "name": string(v.State) + " " + v.Outcome})
}

func id(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func (f fixture) assessment(n int) domain.Assessment {
	t := &domain.Template{
		InitialOutcome: "open", EndOutcome: "done", CanceledOutcome: "canceled",
		Steps: []domain.Step{{Name: "one", Takes: time.Second}},
	}
	return domain.Assessment{ID: id(n), Template: t, Created: f.clock.Now(), Started: f.clock.Now()}
}

func (f fixture) add(t *testing.T, a domain.Assessment) {
	t.Helper()
	if _, err := f.Create(store.ReadOptions{}, func(time.Time, uint64) domain.Assessment { return a }); err != nil {
		t.Fatal(err)
	}
}

func (f fixture) expect(t *testing.T, n int, want string) {
	t.Helper()
	item, err := f.Get(id(n), store.ReadOptions{})
	if err != nil || !strings.Contains(string(item.JSON()), want) {
		t.Errorf("get %d: got %s, %v, want %q", n, item.JSON(), err, want)
	}
}

func cancel(now time.Time, a domain.Assessment) (domain.Assessment, error) {
	return a.Cancel(now, domain.CancelRules{}, "")
}

func unknown(t *testing.T, f fixture) {
	t.Helper()
	_, get := f.Get(id(1), store.ReadOptions{})
	_, _, find := f.Find(id(1))
	for name, err := range map[string]error{"get": get, "find": find, "change": f.Update(id(1), cancel)} {
		if !errors.Is(err, &domain.Error{Kind: domain.NotFound}) {
			t.Errorf("%s: got %v, want an error of kind %s", name, err, domain.NotFound)
		}
	}
	part, err := f.List(store.Range{Order: freedoms.NewestFirst}, store.ReadOptions{})
	if len(part.Items) != 0 || part.Count != 0 || err != nil {
		t.Errorf("list: got %d of %d, %v, want nothing", len(part.Items), part.Count, err)
	}
}

func added(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	f.expect(t, 1, "Active open")
	f.clock.advance(time.Second)
	f.expect(t, 1, "Active done")
	a, now, err := f.Find(id(1))
	if err != nil || a.ID != id(1) || !now.Equal(f.clock.Now()) {
		t.Errorf("find: got %+v at %s, %v", a, now, err)
	}
	hidden, err := f.Get(id(1), store.ReadOptions{HideInterim: true})
	if err != nil || !strings.Contains(string(hidden.JSON()), "Active done") {
		t.Errorf("get at its end, interim outcomes hidden: got %s, %v", hidden.JSON(), err)
	}
}

func duplicate(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	_, err := f.Create(store.ReadOptions{}, func(time.Time, uint64) domain.Assessment { return f.assessment(1) })
	if want := "duplicate assessment ID " + id(1); err == nil || err.Error() != want {
		t.Errorf("create again: got %v, want %s", err, want)
	}
}

func renderedOnce(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	for range 3 {
		f.expect(t, 1, "Active open")
		if _, err := f.List(store.Range{Order: freedoms.OldestFirst}, store.ReadOptions{}); err != nil {
			t.Error(err)
		}
		f.clock.advance(100 * time.Millisecond)
	}
	if got := f.rendered.count(); got != 1 {
		t.Errorf("renderings of one view: got %d, want 1", got)
	}
}

func changed(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	f.expect(t, 1, "Active open")
	if err := f.Update(id(1), cancel); err != nil {
		t.Fatal(err)
	}
	f.expect(t, 1, "Cancelled canceled")
	part, err := f.List(store.Range{Order: freedoms.OldestFirst}, store.ReadOptions{})
	if err != nil || len(part.Items) != 1 || !strings.Contains(string(part.Items[0].JSON()), "Cancelled canceled") {
		t.Errorf("list: got %v, %v", part.Items, err)
	}
}

func unchanged(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	sentinel := errors.New("no")
	err := f.Update(id(1), func(_ time.Time, a domain.Assessment) (domain.Assessment, error) {
		return a.Completed(a.Created), sentinel
	})
	if !errors.Is(err, sentinel) {
		t.Errorf("change: got %v, want %v", err, sentinel)
	}
	f.expect(t, 1, "Active open")
}

func created(t *testing.T, f fixture) {
	t.Helper()
	for n := 1; n <= 3; n++ {
		var numbers []uint64
		item, err := f.Create(store.ReadOptions{}, func(now time.Time, number uint64) domain.Assessment {
			numbers = append(numbers, number)
			if !now.Equal(f.clock.Now()) {
				t.Errorf("creation %d: got it at %s", number, now)
			}
			return f.assessment(n)
		})
		if got, want := fmt.Sprint(numbers), fmt.Sprintf("[%d]", n); got != want {
			t.Errorf("numbers of creation %d: got %s, want %s", n, got, want)
		}
		if err != nil || !strings.Contains(string(item.JSON()), "Active open") {
			t.Errorf("create: got %s, %v", item.JSON(), err)
		}
		f.expect(t, n, "Active open")
	}
}

func notCertified(t *testing.T, f fixture) {
	t.Helper()
	_, err := f.Create(store.ReadOptions{}, func(time.Time, uint64) domain.Assessment {
		a := f.assessment(1)
		a.Template.InitialOutcome = refused
		return a
	})
	if err == nil {
		t.Error("create: got no error")
	}
	if _, err := f.Get(id(1), store.ReadOptions{}); !errors.Is(err, &domain.Error{Kind: domain.NotFound}) {
		t.Errorf("get: got %v, want it not found", err)
	}
}

func (f fixture) ids(t *testing.T, r store.Range) []string {
	t.Helper()
	part, err := f.List(r, store.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, item := range part.Items {
		ids = append(ids, string(item.JSON()[7:43]))
	}
	return ids
}

// ordered adds out of order, two at one time.
func ordered(t *testing.T, f fixture) {
	t.Helper()
	later := f.assessment(1)
	later.Created = later.Created.Add(time.Hour)
	f.add(t, later)
	for n := 2; n <= 12; n++ {
		f.add(t, f.assessment(n))
		if n%2 == 0 {
			f.clock.advance(time.Second)
		}
	}
	oldest := f.ids(t, store.Range{Order: freedoms.OldestFirst})
	if oldest[0] != id(2) || oldest[1] != id(3) || oldest[11] != id(1) {
		t.Errorf("oldest first: got %v", oldest)
	}
	newest := f.ids(t, store.Range{Order: freedoms.NewestFirst})
	slices.Reverse(newest)
	if diff := cmp.Diff(oldest, newest); diff != "" {
		t.Errorf("newest first is not the reverse of oldest first:\n%s", diff)
	}
	for _, order := range []freedoms.ListOrder{freedoms.NewestFirst, freedoms.OldestFirst, freedoms.Shuffled} {
		whole := f.ids(t, store.Range{Order: order})
		var pages []string
		for offset := 0; offset < 15; offset += 5 {
			pages = append(pages, f.ids(t, store.Range{Order: order, Offset: offset, Limit: 5})...)
		}
		if diff := cmp.Diff(whole, pages); diff != "" {
			t.Errorf("%s: the pages are not the whole:\n%s", order, diff)
		}
	}
	if got := f.ids(t, store.Range{Order: freedoms.OldestFirst, Offset: 1_000_000_000, Limit: 5}); len(got) != 0 {
		t.Errorf("a page beyond the end: got %v", got)
	}
}

func forward(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	f.clock.advance(time.Minute)
	f.expect(t, 1, "Active done")
	f.clock.advance(-time.Minute)
	f.expect(t, 1, "Active done")
}

// concurrent cancels while others read: a reader that has seen the cancel sees no
// other state afterwards (CAN-12).
func concurrent(t *testing.T, f fixture) {
	t.Helper()
	f.add(t, f.assessment(1))
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() { f.watch(t, worker) })
	}
	wg.Wait()
}

// watch reads many times, workers of odd numbers in the list; worker 0 cancels on
// the way.
func (f fixture) watch(t *testing.T, worker int) {
	t.Helper()
	gone := false
	for i := range 200 {
		if worker == 0 && i == 50 {
			if err := f.Update(id(1), cancel); err != nil {
				t.Error(err)
			}
			gone = true
		}
		item, err := f.first(worker%2 == 1)
		if err != nil {
			t.Error(err)
			return
		}
		is := strings.Contains(string(item.JSON()), "Cancelled")
		if gone && !is {
			t.Errorf("worker %d: got %s after it was cancelled", worker, item.JSON())
		}
		gone = gone || is
	}
}

func (f fixture) first(inList bool) (contract.Item, error) {
	if !inList {
		return f.Get(id(1), store.ReadOptions{})
	}
	part, err := f.List(store.Range{Order: freedoms.NewestFirst}, store.ReadOptions{})
	if err != nil || len(part.Items) == 0 {
		return contract.Item{}, errors.Join(err, errors.New("no items"))
	}
	return part.Items[0], nil
}
