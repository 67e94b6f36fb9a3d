package mockserver

import (
	"log/slog"
	"maps"
	"slices"

	"example.com/assay/mockserver/internal/fixtures"
)

// warnOverridden tells where institutions of the fixtures have a choice of their
// own that is another one than the server was told: an exported file has all of
// them, and a user who gives --set as well would look for its effect.
func warnOverridden(logger *slog.Logger, set *fixtures.Set, chosen map[string]string) {
	for _, in := range set.Institutions {
		for _, freedom := range slices.Sorted(maps.Keys(chosen)) {
			if own, has := in.Settings.Values[freedom]; has && own != chosen[freedom] {
				logger.Warn("the fixtures go before the server's choice", "institution", in.Name, "freedom", freedom, "fixtures", own, "server", chosen[freedom])
			}
		}
	}
}
