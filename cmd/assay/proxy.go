package main

import (
	"cmp"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// proxyFunc returns the proxy of the flag --proxy, or else that of the environment.
// Like curl, and unlike net/http, it uses the latter for this machine too.
func proxyFunc(flag string, env map[string]string) (func(*http.Request) (*url.URL, error), error) {
	if flag != "" {
		u, err := parseProxy("--proxy", flag)
		return http.ProxyURL(u), err
	}
	proxies := map[string]*url.URL{}
	for _, scheme := range []string{"http", "https"} {
		for _, name := range []string{scheme + "_proxy", strings.ToUpper(scheme) + "_PROXY", "all_proxy", "ALL_PROXY"} {
			if env[name] == "" {
				continue
			}
			u, err := parseProxy(name, env[name])
			if err != nil {
				return nil, err
			}
			proxies[scheme] = u
			break
		}
	}
	if len(proxies) == 0 {
		return nil, nil
	}
	direct := cmp.Or(env["no_proxy"], env["NO_PROXY"])
	return func(r *http.Request) (*url.URL, error) {
		if bypasses(direct, r.URL.Hostname()) {
			return nil, nil
		}
		return proxies[r.URL.Scheme], nil
	}, nil
}

// parseProxy reads the URL of a proxy; without a scheme it is an HTTP proxy. Errors do
// not quote it: it can hold a password.
func parseProxy(name, text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New(name + ": invalid URL of an HTTP proxy; use one such as http://127.0.0.1:3128")
	}
	return u, nil
}

// bypasses reports whether a list as in NO_PROXY names the host: itself, a domain above
// it, a network that contains it, or * for all.
func bypasses(list, host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	for entry := range strings.FieldsFuncSeq(strings.ToLower(list), func(r rune) bool { return r == ',' || r == ' ' }) {
		if name, _, err := net.SplitHostPort(entry); err == nil {
			entry = name
		}
		if matchesHost(strings.Trim(entry, "[]."), host) {
			return true
		}
	}
	return false
}

func matchesHost(entry, host string) bool {
	if entry == "*" {
		return true
	}
	if network, err := netip.ParsePrefix(entry); err == nil {
		address, err := netip.ParseAddr(host)
		return err == nil && network.Contains(address)
	}
	return host == entry || strings.HasSuffix(host, "."+entry)
}
