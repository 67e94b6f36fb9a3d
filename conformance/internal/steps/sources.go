package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"example.com/assay/conformance/internal/client"
)

// source is an entity and a template to create assessments from.
type source struct{ entityID, templateID string }

func (s source) body() []byte {
	return fmt.Appendf(nil, `{"entity_id":%q,"template_id":%q}`, s.entityID, s.templateID)
}

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
	res := w.resourcesOf(ctx, key)
	if s.templateID == "" && len(res.templates) > 0 {
		s.templateID = res.templates[0].id()
	}
	if s.entityID == "" && len(res.entities) > 0 {
		s.entityID = res.entities[0].id()
	}
	if s.entityID == "" || s.templateID == "" {
		return s, skip("--entity-id and --template-id", "nothing can be created: none was given, and %s", res.lack())
	}
	return s, nil
}

// resources are the templates and entities of one key's institution that have an
// ID.
type resources struct {
	once      sync.Once
	templates []Record
	entities  []Record
	unread    []string // why there may be more of them than are here
}

// lack says why there is not what was looked for.
func (r *resources) lack() string {
	if len(r.unread) > 0 {
		return strings.Join(r.unread, "; ")
	}
	return "the target lists no template or no entity with an ID"
}

// resourcesOf reads the templates and entities that the key can see, once a run.
func (w *World) resourcesOf(ctx context.Context, key client.Key) *resources {
	w.run.mu.Lock()
	res := w.run.resources[key.Name()]
	if res == nil {
		res = &resources{}
		w.run.resources[key.Name()] = res
	}
	w.run.mu.Unlock()
	res.once.Do(func() {
		res.templates = w.withIDs(ctx, listTemplates, key, res)
		res.entities = w.withIDs(ctx, listEntities, key, res)
	})
	return res
}

// withIDs lists what has an ID, and notes why it could not.
func (w *World) withIDs(ctx context.Context, op operation, key client.Key, res *resources) []Record {
	l, err := w.readList(ctx, op, key, 0)
	var stop *Stop
	switch {
	case asStop(err, &stop):
		res.unread = append(res.unread, stop.Reason)
	case err != nil:
		res.unread = append(res.unread, err.Error())
	default:
		return slices.DeleteFunc(l.items, func(r Record) bool { return r.id() == "" })
	}
	return nil
}
