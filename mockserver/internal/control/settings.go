package control

import "example.com/assay/mockserver/internal/tenant"

func settingsRoutes() map[string]handler {
	return map[string]handler{
		"getSettings":    func(r *request) (response, error) { return ok(r.institution.Settings()) },
		"changeSettings": changeSettings,
		"resetSettings":  resetSettings,
	}
}

func changeSettings(r *request) (response, error) {
	change, err := decode[tenant.Change](r)
	if err != nil {
		return response{}, err
	}
	return settings(r.institution.Set(change))
}

func resetSettings(r *request) (response, error) { return settings(r.institution.ResetSettings()) }

func settings(s tenant.Settings, err error) (response, error) {
	if err != nil {
		return response{}, err
	}
	return ok(s)
}
