package control

import (
	"maps"
	"strconv"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/tenant"
	"example.com/assay/openapi"
)

// handlers is the table of all operations, by operationId.
func handlers() map[string]handler {
	table := map[string]handler{}
	for _, part := range []map[string]handler{serverHandlers(), institutionHandlers(), assessmentHandlers(), snapshotHandlers(), journalHandlers(), faultHandlers()} {
		maps.Copy(table, part)
	}
	return table
}

func serverHandlers() map[string]handler {
	return map[string]handler{
		"getDocument":    func(*request) (any, error) { return document, nil },
		"getServer":      getServer,
		"listFreedoms":   func(*request) (any, error) { return openapi.Freedoms(), nil },
		"listFaultKinds": func(*request) (any, error) { return fault.Kinds(), nil },
	}
}

type serverJSON struct {
	Version  string        `json:"version"`
	Seed     string        `json:"seed"`
	Contract string        `json:"contract"`
	APIURL   string        `json:"api_url"`
	Fixtures []string      `json:"fixtures"`
	Quotas   tenant.Quotas `json:"quotas"`
}

func getServer(r *request) (any, error) {
	d, registry := r.plane.Describe(), r.plane.Registry
	return serverJSON{
		Version: d.Version, Seed: strconv.FormatUint(d.Seed, 10), Contract: openapi.Hash(), APIURL: d.APIURL,
		Fixtures: registry.Fixtures(), Quotas: registry.Quotas(),
	}, nil
}

func institutionHandlers() map[string]handler {
	return map[string]handler{
		"listInstitutions":  listInstitutions,
		"createInstitution": withBody(createInstitution),
		"getInstitution":    func(r *request) (any, error) { return r.institution.Info(), nil },
		"deleteInstitution": func(r *request) (any, error) { r.institution.Delete(); return nil, nil },
		"resetInstitution":  func(r *request) (any, error) { return info(r, r.institution.Reset()) },
		"getCatalogue":      func(r *request) (any, error) { return r.institution.Catalogue(), nil },
		"exportInstitution": func(r *request) (any, error) { return r.institution.Export() },

		"getClock":     func(r *request) (any, error) { return r.institution.Clock(), nil },
		"freezeClock":  func(r *request) (any, error) { return r.institution.Freeze(), nil },
		"runClock":     func(r *request) (any, error) { return r.institution.Run(), nil },
		"advanceClock": withBody(advanceClock),

		"getSettings":    func(r *request) (any, error) { return r.institution.Settings(), nil },
		"changeSettings": withBody(func(r *request, change tenant.Change) (any, error) { return r.institution.Set(change) }),
		"resetSettings":  func(r *request) (any, error) { return r.institution.ResetSettings() },
	}
}

func listInstitutions(r *request) (any, error) {
	all := []tenant.Info{}
	for _, in := range r.plane.Registry.List() {
		all = append(all, in.Info())
	}
	return all, nil
}

func createInstitution(r *request, options tenant.Options) (any, error) {
	in, err := r.plane.Registry.Create(options)
	if err != nil {
		return nil, err
	}
	return in.Info(), nil
}

// info returns the institution after a change.
func info(r *request, err error) (any, error) { return r.institution.Info(), err }

type advance struct {
	By string `json:"by"` // empty: to the next event
}

func advanceClock(r *request, a advance) (any, error) {
	if a.By == "" {
		return r.institution.AdvanceToNext(), nil
	}
	d, err := time.ParseDuration(a.By)
	if err != nil {
		return nil, domain.Errorf(domain.BadRequest, "by: invalid duration %q; use one such as 90s or 24h", a.By)
	}
	return r.institution.Advance(d)
}

func assessmentHandlers() map[string]handler {
	return map[string]handler{
		"findAssessments":  findAssessments,
		"addAssessment":    withBody(func(r *request, draft tenant.Draft) (any, error) { return r.institution.Add(draft) }),
		"traceAssessment":  func(r *request) (any, error) { return r.institution.Assessment(r.PathValue("assessment")) },
		"finishAssessment": func(r *request) (any, error) { return r.institution.Finish(r.PathValue("assessment")) },
		"cancelAssessment": func(r *request) (any, error) { return r.institution.Cancel(r.PathValue("assessment")) },
		"forceError": withBody(func(r *request, failure tenant.Failure) (any, error) {
			return r.institution.ForceError(r.PathValue("assessment"), failure)
		}),
	}
}

type assessmentPage struct {
	Count   int                 `json:"count"`
	Results []tenant.Assessment `json:"results"`
}

func findAssessments(r *request) (any, error) {
	filter, err := query[tenant.Filter](r)
	if err != nil {
		return nil, err
	}
	found, count := r.institution.Assessments(filter)
	return assessmentPage{Count: count, Results: found}, nil
}

func snapshotHandlers() map[string]handler {
	return map[string]handler{
		"listSnapshots":   func(r *request) (any, error) { return r.plane.Registry.Snapshots(), nil },
		"saveSnapshot":    withBody(func(r *request, s newSnapshot) (any, error) { return r.institution.Save(s.Name) }),
		"getSnapshot":     func(r *request) (any, error) { return r.plane.Registry.Snapshot(r.PathValue("snapshot")) },
		"deleteSnapshot":  func(r *request) (any, error) { return nil, r.plane.Registry.Forget(r.PathValue("snapshot")) },
		"exportSnapshot":  func(r *request) (any, error) { return r.plane.Registry.Export(r.PathValue("snapshot")) },
		"restoreSnapshot": withBody(func(r *request, s restored) (any, error) { return info(r, r.institution.Restore(s.Snapshot)) }),
		"diff": func(r *request) (any, error) {
			return r.plane.Registry.Diff(r.URL.Query().Get("a"), r.URL.Query().Get("b"))
		},
	}
}

type newSnapshot struct {
	Name string `json:"name"`
}

type restored struct {
	Snapshot string `json:"snapshot"`
}

func journalHandlers() map[string]handler {
	return map[string]handler{
		"findEntries":        searching(findEntries),
		"findUnmatched":      searching(findEntries),
		"clearJournal":       clearJournal,
		"clearUnmatched":     clearJournal,
		"awaitEntries":       searching(awaitEntries),
		"awaitUnmatched":     searching(awaitEntries),
		"verifyJournal":      withBody(verifyJournal),
		"exportHAR":          searching(exportHAR),
		"exportUnmatchedHAR": searching(exportHAR),
		"followJournal":      searching(followJournal),
		"followUnmatched":    searching(followJournal),
		"explainInJournal": func(r *request) (any, error) {
			return r.institution.Explain(r.PathValue("exchange"), r.plane.Scheme)
		},
		"explainExchange": func(r *request) (any, error) {
			return r.plane.Registry.Explain(r.PathValue("exchange"), r.plane.Scheme, r.plane.Strays)
		},
	}
}

func faultHandlers() map[string]handler {
	return map[string]handler{
		"listFaults":   func(r *request) (any, error) { return r.institution.Faults().List(), nil },
		"armFault":     withBody(armFault),
		"disarmFaults": func(r *request) (any, error) { r.institution.DisarmAll(); return nil, nil },
		"disarmFault":  disarmFault,
	}
}

func armFault(r *request, rule fault.Rule) (any, error) {
	armed, err := r.institution.Arm(rule)
	if err != nil {
		return nil, domain.Errorf(domain.BadRequest, "%v", err)
	}
	return armed, nil
}

func disarmFault(r *request) (any, error) {
	if id := r.PathValue("fault"); !r.institution.Disarm(id) {
		return nil, domain.Errorf(domain.NotFound, "no armed fault has the ID %.64q; list the faults", id)
	}
	return nil, nil
}
