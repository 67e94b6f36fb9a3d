package conformance_test

import (
	"os"
	"strings"
	"sync"

	"github.com/cucumber/godog"

	"example.com/assay/conformance"
	"example.com/assay/mockserver"
)

// InitializeScenario is what the godog command looks for. It runs the features
// against the deployment that ASSAY_BASE_URL and ASSAY_APIKEY name, read-only
// unless ASSAY_ALLOW_CANCEL is true; or, if they name none, against a mock of its
// own:
//
//	cd conformance
//	go run github.com/cucumber/godog/cmd/godog@v0.15.1 run ../features
func InitializeScenario(sc *godog.ScenarioContext) {
	initialize, err := initializer()
	if err != nil {
		sc.Step(".*", func() error { return err })
		return
	}
	initialize(sc)
}

// initializer makes what all scenarios of the command share.
//
//nolint:gochecknoglobals,forbidigo // the command hands neither a value nor an environment in
var initializer = sync.OnceValues(func() (func(*godog.ScenarioContext), error) {
	if base := os.Getenv("ASSAY_BASE_URL"); base != "" {
		return conformance.ScenarioInitializer(conformance.Target{
			BaseURL: base, OtherRegionURL: os.Getenv("ASSAY_OTHER_REGION_URL"),
			APIKey: os.Getenv("ASSAY_APIKEY"), OtherAPIKey: os.Getenv("ASSAY_OTHER_APIKEY"), DeniedAPIKey: os.Getenv("ASSAY_DENIED_APIKEY"),
			CanceledOutcomeIDs: strings.Fields(os.Getenv("ASSAY_CANCELED_OUTCOME_ID")),
		}, conformance.Options{AllowCancel: os.Getenv("ASSAY_ALLOW_CANCEL") == "true", ConfirmHost: os.Getenv("ASSAY_CONFIRM_HOST")})
	}
	server, err := mockserver.New(mockserver.Config{})
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	return conformance.ScenarioInitializer(targetOf(server), conformance.Options{AllowCancel: true})
})
