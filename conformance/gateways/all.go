package gateways

import "slices"

// All returns every gateway, by kind.
func All() []Gateway {
	return slices.Concat(rates(), locks(), rewrites(), delays(), lists())
}
