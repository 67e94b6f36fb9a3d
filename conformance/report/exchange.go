package report

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// exchangeText shows an exchange as HTTP does: the request, then the response.
func exchangeText(x Exchange) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", x.Method, x.URL)
	if x.RequestBody != "" {
		fmt.Fprintf(&b, "\n%s\n", x.RequestBody)
	}
	fmt.Fprintf(&b, "\n%s\n", statusText(x))
	if header := headerText(x.Header); header != "" {
		fmt.Fprintf(&b, "%s\n", header)
	}
	if x.Body != "" {
		fmt.Fprintf(&b, "\n%s\n", x.Body)
	}
	return visible(b.String())
}

// statusText returns the status with its name, or the reason for its absence.
func statusText(x Exchange) string {
	switch {
	case x.Status == 0 && x.Error != "":
		return "no response: " + x.Error
	case x.Status == 0:
		return "no response"
	case x.Error != "":
		return fmt.Sprintf("%s, then: %s", statusName(x.Status), x.Error)
	}
	return statusName(x.Status)
}

func statusName(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// headerText returns one header a line, by name.
func headerText(header map[string][]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(header)) {
		for _, value := range header[name] {
			lines = append(lines, name+": "+value)
		}
	}
	return strings.Join(lines, "\n")
}

// curlScript repeats the calls of a scenario, with the names of variables for keys.
func curlScript(sc Scenario) string {
	var keys []string
	var b strings.Builder
	for _, x := range sc.Exchanges {
		fmt.Fprintf(&b, "\n# %d. %s: %s\n%s\n", x.Number, visibleLine(cmp.Or(x.Operation, x.Method)), visibleLine(statusText(x)), x.Curl)
		if name := variable(x.Key); name != "" && !slices.Contains(keys, name) {
			keys = append(keys, name)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	head := "# " + visibleLine(sc.Name) + "\n"
	if len(keys) > 0 {
		head += "# Needs in the environment: " + strings.Join(keys, ", ") + "\n"
	}
	return head + visible(b.String())
}

// variable returns the name of the variable in a key such as $ASSAY_APIKEY or
// ${ASSAY_APIKEY}x, or nothing.
func variable(key string) string {
	_, name, _ := strings.Cut(key, "$")
	name = strings.TrimPrefix(name, "{")
	end := strings.IndexFunc(name, func(r rune) bool { return r != '_' && (r < 'A' || r > 'Z') })
	if end >= 0 {
		name = name[:end]
	}
	return name
}

// safeMediaType returns a media type that no browser executes: a report is opened
// with the rights of its reader.
func safeMediaType(mediaType string) string {
	switch mediaType {
	case "text/plain", "application/json", "image/png":
		return mediaType
	}
	return "application/octet-stream"
}
