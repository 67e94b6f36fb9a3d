package control

import (
	"maps"
	"strconv"
	"time"

	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/fault"
	"example.com/assay/mockserver/internal/institution"
	"example.com/assay/mockserver/internal/registry"
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
		"getDocument": func(*request) (any, error) { return document, nil },
		"getDocumentAsJSON": func(r *request) (any, error) {
			return openapi.Render(document, openapi.Rendering{Format: openapi.JSON, Server: r.baseURL()})
		},
		"getContract":       contractAs(openapi.YAML),
		"getContractAsJSON": contractAs(openapi.JSON),
		"getServer":         getServer,
		"listFreedoms":      func(*request) (any, error) { return openapi.Freedoms(), nil },
		"listFaultKinds":    func(*request) (any, error) { return fault.Kinds(), nil },
	}
}

// contractAs returns the contract as this server serves it.
func contractAs(format openapi.Format) handler {
	return func(r *request) (any, error) {
		d := r.plane.Describe()
		return openapi.Render(openapi.Document(), openapi.Rendering{Format: format, Server: d.APIURL, Without: d.Unserved})
	}
}

// baseURL returns the URL of this control plane, as the client knows it.
func (r *request) baseURL() string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + BasePath
}

type serverJSON struct {
	Version  string          `json:"version"`
	Seed     string          `json:"seed"`
	Contract string          `json:"contract"`
	APIURL   string          `json:"api_url"`
	Fixtures []string        `json:"fixtures"`
	Quotas   registry.Quotas `json:"quotas"`
}

func getServer(r *request) (any, error) {
	d, all := r.plane.Describe(), r.plane.Registry
	return serverJSON{
		Version: d.Version, Seed: strconv.FormatUint(d.Seed, 10), Contract: openapi.Hash(), APIURL: d.APIURL,
		Fixtures: all.Fixtures(), Quotas: all.Quotas(),
	}, nil
}

func institutionHandlers() map[string]handler {
	return map[string]handler{
		"listInstitutions":  listInstitutions,
		"createInstitution": withBody(createInstitution),
		"getInstitution":    func(r *request) (any, error) { return r.institution.Info(), nil },
		"deleteInstitution": func(r *request) (any, error) { r.plane.Registry.Delete(r.institution); return nil, nil },
		"resetInstitution": func(r *request) (any, error) {
			_, err := r.apply(institution.Change{Kind: institution.Reset})
			return info(r, err)
		},
		"getCatalogue":      func(r *request) (any, error) { return r.institution.Catalogue(), nil },
		"exportInstitution": func(r *request) (any, error) { return r.institution.Export() },

		"getClock":     func(r *request) (any, error) { return r.institution.Clock(), nil },
		"freezeClock":  clockAfter(institution.Freeze),
		"runClock":     clockAfter(institution.Run),
		"advanceClock": withBody(advanceClock),

		"getSettings": func(r *request) (any, error) { return r.institution.Settings(), nil },
		"changeSettings": withBody(func(r *request, c institution.SettingsChange) (any, error) {
			return settingsAfter(r, institution.Change{Kind: institution.ChangeSettings, Settings: c})
		}),
		"resetSettings": func(r *request) (any, error) {
			return settingsAfter(r, institution.Change{Kind: institution.ResetSettings})
		},
	}
}

func listInstitutions(r *request) (any, error) {
	all := []institution.Info{}
	for _, in := range r.plane.Registry.List() {
		all = append(all, in.Info())
	}
	return all, nil
}

func createInstitution(r *request, options registry.Options) (any, error) {
	in, err := r.plane.Registry.Create(options)
	if err != nil {
		return nil, err
	}
	return in.Info(), nil
}

// info returns the institution after a change.
func info(r *request, err error) (any, error) { return r.institution.Info(), err }

type advance struct {
	By string    `json:"by"` // empty, without To: to the next event
	To time.Time `json:"to"` // zero: By decides
}

func advanceClock(r *request, a advance) (any, error) {
	change := institution.Change{Kind: institution.Advance}
	switch {
	case a.By != "" && !a.To.IsZero():
		return nil, domain.Errorf(domain.BadRequest, "by and to exclude each other")
	case a.By != "":
		d, err := domain.ParseDuration(a.By)
		if err != nil {
			return nil, domain.Errorf(domain.BadRequest, "by: invalid duration %q; use one such as 90s, 24h, 7d or P1DT2H", a.By)
		}
		change.By = &d
	default:
		change.To = a.To
	}
	effect, err := r.apply(change)
	return effect.Advanced, err
}

func clockAfter(kind institution.Kind) handler {
	return func(r *request) (any, error) {
		_, err := r.apply(institution.Change{Kind: kind})
		return r.institution.Clock(), err
	}
}

func settingsAfter(r *request, c institution.Change) (any, error) {
	_, err := r.apply(c)
	return r.institution.Settings(), err
}

func assessmentHandlers() map[string]handler {
	return map[string]handler{
		"findAssessments": findAssessments,
		"addAssessment": withBody(func(r *request, draft institution.Draft) (any, error) {
			return changeAssessment(r, institution.Change{Kind: institution.Create, Draft: draft})
		}),
		"traceAssessment": func(r *request) (any, error) { return r.institution.Assessment(r.PathValue("assessment")) },
		"finishAssessment": func(r *request) (any, error) {
			return changeAssessment(r, institution.Change{Kind: institution.Finish})
		},
		"cancelAssessment": func(r *request) (any, error) {
			return changeAssessment(r, institution.Change{Kind: institution.Cancel})
		},
		"completeTask": withBody(func(r *request, c taskCompletion) (any, error) {
			effect, err := r.apply(institution.Change{Kind: institution.CompleteTask, Task: r.PathValue("task"), Outcome: c.Outcome})
			return effect.Assessment, err
		}),
		"forceError": withBody(func(r *request, failure institution.Failure) (any, error) {
			return changeAssessment(r, institution.Change{Kind: institution.ForceError, Failure: failure})
		}),
	}
}

type taskCompletion struct {
	Outcome string `json:"outcome_id"`
}

// changeAssessment changes the assessment in the path, if any.
func changeAssessment(r *request, c institution.Change) (any, error) {
	c.Assessment = r.PathValue("assessment")
	effect, err := r.apply(c)
	return effect.Assessment, err
}

type assessmentPage struct {
	Count   int                      `json:"count"`
	Results []institution.Assessment `json:"results"`
}

func findAssessments(r *request) (any, error) {
	filter, err := query[institution.Filter](r)
	if err != nil {
		return nil, err
	}
	found, count := r.institution.Assessments(filter)
	return assessmentPage{Count: count, Results: found}, nil
}

func snapshotHandlers() map[string]handler {
	return map[string]handler{
		"listSnapshots":  func(r *request) (any, error) { return r.plane.Registry.Snapshots(), nil },
		"saveSnapshot":   withBody(func(r *request, s newSnapshot) (any, error) { return r.plane.Registry.Save(r.institution, s.Name) }),
		"getSnapshot":    func(r *request) (any, error) { return r.plane.Registry.Snapshot(r.PathValue("snapshot")) },
		"deleteSnapshot": func(r *request) (any, error) { return nil, r.plane.Registry.DeleteSnapshot(r.PathValue("snapshot")) },
		"exportSnapshot": func(r *request) (any, error) { return r.plane.Registry.ExportSnapshot(r.PathValue("snapshot")) },
		"restoreSnapshot": withBody(func(r *request, s restored) (any, error) {
			return info(r, r.plane.Registry.Restore(r.institution, source(), s.Snapshot))
		}),
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
		"listFaults": func(r *request) (any, error) { return r.institution.Faults().List(), nil },
		"armFault": withBody(func(r *request, rule fault.Rule) (any, error) {
			effect, err := r.apply(institution.Change{Kind: institution.Arm, Fault: rule})
			return effect.Fault, err
		}),
		"disarmFaults": func(r *request) (any, error) {
			_, err := r.apply(institution.Change{Kind: institution.DisarmAll})
			return nil, err
		},
		"disarmFault": func(r *request) (any, error) {
			_, err := r.apply(institution.Change{Kind: institution.Disarm, FaultID: r.PathValue("fault")})
			return nil, err
		},
	}
}
