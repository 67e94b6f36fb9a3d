package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"example.com/assay/conformance/internal/client"
	"example.com/assay/conformance/internal/target"
)

func (w *World) needWrites() error {
	if w.run.Writes {
		return nil
	}
	return skip("--allow-cancel", "it would create or cancel assessments, which was not allowed")
}

func (w *World) needOtherKey() error {
	if w.run.OtherKey.Given() {
		return nil
	}
	return skip("ASSAY_OTHER_APIKEY", "no key of another institution was given")
}

// create returns the call to create an assessment from the source.
func (s source) create(key client.Key) client.Call {
	return target.Call(target.CreateAssessment, key, "", fmt.Appendf(nil, `{"entity_id":%q,"template_id":%q}`, s.entityID, s.templateID))
}

// sourceFor returns the source for new assessments: the given one, or the first
// listed template and entity.
func (w *World) sourceFor(ctx context.Context, key client.Key) (source, error) {
	s := source{}
	if err := w.needWrites(); err != nil {
		return s, err
	}
	if key.Name() == w.run.Key.Name() {
		s = source{entityID: w.run.EntityID, templateID: w.run.TemplateID}
	}
	if s.entityID != "" && s.templateID != "" {
		return s, nil
	}
	res := w.resourcesOf(ctx, key)
	if s.templateID == "" && len(res.templates) > 0 {
		s.templateID = res.templates[0].ID()
	}
	if s.entityID == "" && len(res.entities) > 0 {
		s.entityID = res.entities[0].ID()
	}
	if s.entityID == "" || s.templateID == "" {
		return s, skip("--entity-id and --template-id", "nothing can be created: none was given, and %s", res.lack())
	}
	return s, nil
}

// lack returns the reason why there is no template or no entity.
func (r *resources) lack() string {
	if len(r.unread) > 0 {
		return strings.Join(r.unread, "; ")
	}
	return "the target lists no template or no entity with an ID"
}

// resourcesOf reads the templates and entities of the key, once a run.
func (w *World) resourcesOf(ctx context.Context, key client.Key) *resources {
	w.run.mu.Lock()
	res := w.run.resources[key.Name()]
	if res == nil {
		res = &resources{}
		w.run.resources[key.Name()] = res
	}
	w.run.mu.Unlock()
	res.once.Do(func() {
		res.templates = w.withIDs(ctx, target.ListTemplates, key, res)
		res.entities = w.withIDs(ctx, target.ListEntities, key, res)
	})
	return res
}

func (w *World) withIDs(ctx context.Context, operation string, key client.Key, res *resources) []target.Record {
	l, err := w.List(ctx, target.Reading{Operation: operation, Key: key})
	if err != nil {
		res.unread = append(res.unread, err.Error())
		return nil
	}
	return slices.DeleteFunc(l.Items, func(r target.Record) bool { return r.ID() == "" })
}

// notOffered returns the response to the good key if the target answers the call
// without a key, with a bad key and with the good one alike, and as if there were
// no such operation; or else nil.
func (w *World) notOffered(ctx context.Context, call client.Call) (*client.Exchange, error) {
	if !target.Reads(call.Operation) && !w.run.Writes {
		return nil, nil
	}
	var last *client.Exchange
	for _, key := range []client.Key{client.NoKey, w.run.BadKeys[0], w.run.Key} {
		call.Key = key
		e, err := w.Send(ctx, call)
		if err != nil || !isNoOffer(e) || last != nil && last.Status != e.Status {
			return nil, err
		}
		last = e
	}
	return last, nil
}

// isNoOffer reports whether a status can stand for a missing operation.
func isNoOffer(e *client.Exchange) bool {
	return slices.Contains([]int{http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented}, e.Status)
}

// isAbsent reports whether a response reads as if the operation did not exist.
func (w *World) isAbsent(ctx context.Context, e *client.Exchange) (bool, error) {
	if target.Missing(e) || !isNoOffer(e) {
		return target.Missing(e), nil
	}
	absent, err := w.notOffered(ctx, e.Call)
	return absent != nil, err
}

// unreadable distinguishes a missing list from a broken one. It returns other
// errors unchanged.
func (w *World) unreadable(ctx context.Context, err error) error {
	u, is := errors.AsType[*target.UnreadableError](err)
	if !is {
		return err
	}
	e := u.Exchange
	absent, failed := w.isAbsent(ctx, e)
	switch {
	case failed != nil:
		return failed
	case target.PathAssumed(u.Operation) && absent:
		return notSupported("%s /%s answers %d; no public page prints the path of %s", e.Call.Method, e.Call.Path, e.Status, u.Operation)
	}
	return couldNotRun("", "%v", u)
}
