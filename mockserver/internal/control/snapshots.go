package control

func snapshotRoutes() map[string]handler {
	return map[string]handler{
		"listSnapshots":   func(r *request) (response, error) { return ok(r.server.Registry.Snapshots()) },
		"saveSnapshot":    saveSnapshot,
		"getSnapshot":     getSnapshot,
		"deleteSnapshot":  deleteSnapshot,
		"restoreSnapshot": restoreSnapshot,
		"exportSnapshot":  exportSnapshot,
		"diff":            diff,
	}
}

type newSnapshot struct {
	Name string `json:"name"`
}

func saveSnapshot(r *request) (response, error) {
	asked, err := decode[newSnapshot](r)
	if err != nil {
		return response{}, err
	}
	saved, err := r.institution.Save(asked.Name)
	if err != nil {
		return response{}, err
	}
	return created(saved)
}

func getSnapshot(r *request) (response, error) {
	s, err := r.server.Registry.Snapshot(r.PathValue("snapshot"))
	if err != nil {
		return response{}, err
	}
	return ok(s)
}

func deleteSnapshot(r *request) (response, error) {
	if err := r.server.Registry.Forget(r.PathValue("snapshot")); err != nil {
		return response{}, err
	}
	return noContent()
}

type restore struct {
	Snapshot string `json:"snapshot"`
}

func restoreSnapshot(r *request) (response, error) {
	asked, err := decode[restore](r)
	if err != nil {
		return response{}, err
	}
	if err := r.institution.Restore(asked.Snapshot); err != nil {
		return response{}, err
	}
	return ok(r.institution.Info())
}

func exportSnapshot(r *request) (response, error) {
	content, err := r.server.Registry.Export(r.PathValue("snapshot"))
	if err != nil {
		return response{}, err
	}
	return yaml(content)
}

func diff(r *request) (response, error) {
	query := r.URL.Query()
	d, err := r.server.Registry.Diff(query.Get("a"), query.Get("b"))
	if err != nil {
		return response{}, err
	}
	return ok(d)
}
