package steps

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/assay/conformance/internal/target"
)

func (w *World) givenWaiting(ctx context.Context) error { return w.waiting(ctx, 1) }

func (w *World) givenThreeWaiting(ctx context.Context) error { return w.waiting(ctx, 3) }

// waiting creates assessments whose workflows wait for a task at once.
func (w *World) waiting(ctx context.Context, count int) error {
	src, err := w.taskSource(ctx)
	if err != nil {
		return err
	}
	for range count {
		a, err := w.newAssessmentFrom(ctx, w.run.Key, src)
		if err != nil {
			return err
		}
		var all []target.Record
		if err := w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
			var err error
			all, _, err = w.found(ctx, w.run.Key, searchOf([]*assessment{a}))
			return len(all) > 0, err
		}); err != nil {
			return err
		}
		if len(all) == 0 {
			return couldNotRun("", "assessment %s waits for no task, unlike another one of template %s", a.id, src.templateID)
		}
		w.tasks.owners, w.tasks.open = append(w.tasks.owners, a), append(w.tasks.open, all[0])
	}
	w.subject = w.tasks.owners[0]
	return nil
}

// maxTemplates is how many templates are tried for one whose workflow begins with a
// manual step.
const maxTemplates = 10

// taskSource returns a source of assessments that wait for a task at once. It looks for
// one once a run.
func (w *World) taskSource(ctx context.Context) (source, error) {
	first, err := w.sourceFor(ctx, w.run.Key)
	if err != nil {
		return source{}, err
	}
	w.run.tasks.Lock()
	defer w.run.tasks.Unlock()
	if w.run.taskSource != (source{}) {
		return w.run.taskSource, nil
	}
	sources := []source{first}
	if w.run.TemplateID == "" {
		sources = nil
		for _, t := range w.resourcesOf(ctx, w.run.Key).templates {
			sources = append(sources, source{first.entityID, t.ID()})
		}
	}
	w.run.taskSource, err = w.firstWithTask(ctx, sources[:min(len(sources), maxTemplates)])
	return w.run.taskSource, err
}

// firstWithTask creates an assessment from each source, and returns the source of the one
// that got its task soonest: others may reach a manual step later.
func (w *World) firstWithTask(ctx context.Context, sources []source) (source, error) {
	records, err := w.createFromEach(ctx, sources)
	if err != nil {
		return source{}, err
	}
	var owners []*assessment
	by, created := map[string]source{}, map[string]time.Time{}
	for i, r := range records {
		if id := strings.ToLower(r.ID()); id != "" {
			owners = append(owners, &assessment{id: r.ID(), key: w.run.Key})
			by[id], created[id] = sources[i], instant(r["created_at"])
		}
	}
	if len(owners) == 0 {
		return source{}, couldNotRun("", "no assessment can be created (see CRT-01)")
	}
	var all []target.Record
	err = w.poll(ctx, w.run.VisibilityTimeout, func() (bool, error) {
		var err error
		all, _, err = w.found(ctx, w.run.Key, searchOf(owners))
		return len(all) > 0, err
	})
	owner := func(t target.Record) string { return strings.ToLower(t.Text("assessment_id")) }
	all = slices.DeleteFunc(all, func(t target.Record) bool { return by[owner(t)] == source{} })
	if len(all) > 0 {
		took := func(t target.Record) time.Duration { return instant(t["created_at"]).Sub(created[owner(t)]) }
		return by[owner(slices.MinFunc(all, func(a, b target.Record) int { return cmp.Compare(took(a), took(b)) }))], err
	}
	return source{}, cmp.Or(err, skip("--template-id", "none of %d templates has a workflow that waits for a task at once", len(owners)))
}

// createFromEach creates an assessment from each source. The record is nil where
// the template does not fit the entity.
func (w *World) createFromEach(ctx context.Context, sources []source) ([]target.Record, error) {
	records := make([]target.Record, len(sources))
	var clients errgroup.Group
	clients.SetLimit(w.run.Clients)
	for i, src := range sources {
		clients.Go(func() error {
			e, err := w.Send(ctx, src.create(w.run.Key))
			if err == nil && e.Success() {
				records[i], _ = target.RecordOf(e)
			}
			return err
		})
	}
	return records, clients.Wait()
}
