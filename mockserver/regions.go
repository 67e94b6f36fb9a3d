package mockserver

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"example.com/assay/mockserver/internal/auth"
	"example.com/assay/mockserver/internal/domain"
	"example.com/assay/mockserver/internal/rejected"
	"example.com/assay/openapi"
)

// configureRegions makes the listeners that serve one region each.
func (s *Server) configureRegions(cfg Config) error {
	s.regions = map[string]*listening{}
	for _, name := range slices.Sorted(maps.Keys(cfg.RegionAddrs)) {
		region := strings.ToLower(name)
		switch {
		case region == "" || strings.ContainsFunc(region, notInRegion):
			return fmt.Errorf("region address: invalid region %q; use letters, digits and hyphens, such as us", name)
		case s.regions[region] != nil:
			return fmt.Errorf("region address: duplicate region %q", region)
		}
		s.regions[region] = &listening{
			addr: cfg.RegionAddrs[name], tls: cfg.TLS, logger: cfg.Logger,
			handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.ServeHTTP(w, inRegion(r, region)) }),
			reject: func(w http.ResponseWriter, r *http.Request, why rejected.Rejection) {
				s.listening.reject(w, inRegion(r, region), why)
			},
		}
	}
	return nil
}

// notInRegion reports whether the name of a region cannot contain the character: it is
// a label of a host name.
func notInRegion(c rune) bool {
	return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-'
}

func inRegion(r *http.Request, region string) *http.Request {
	return r.WithContext(auth.WithRegion(r.Context(), region))
}

// Regions returns the names of the regions in Config.RegionAddrs, sorted.
func (s *Server) Regions() []string { return slices.Sorted(maps.Keys(s.regions)) }

// RegionURL returns the base URL of a region: that of its own listener, or else
// [Server.URL] with the host api.REGION.localhost. It is empty before Start.
func (s *Server) RegionURL(region string) string {
	if l := s.regions[region]; l != nil {
		return l.url(openapi.BasePath)
	}
	u, err := url.Parse(s.URL())
	if err != nil || u.Host == "" || region == domain.DefaultRegion {
		return s.URL()
	}
	u.Host = net.JoinHostPort(auth.Host(region), u.Port())
	return u.String()
}
