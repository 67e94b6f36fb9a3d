package console_test

import (
	"io"
	"net/http"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// module is a script of the page.
type module struct {
	name, text string
	exports    map[string]bool
}

// modulesOf reads a script and all that it imports, as a browser does.
func modulesOf(t *testing.T, name string, into map[string]*module) {
	t.Helper()
	if into[name] != nil {
		return
	}
	answer := serve(t, "", "GET", "http://127.0.0.1:8081/console/"+name)
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: got %s, %v, want a script", name, answer.Status, err)
	}
	m := &module{name: name, text: string(text), exports: map[string]bool{}}
	into[name] = m
	for _, found := range regexp.MustCompile(`export (?:async )?(?:const|function|class) (\w+)`).FindAllStringSubmatch(m.text, -1) {
		m.exports[found[1]] = true
	}
	for _, found := range regexp.MustCompile(`export ?\{([^}]*)\}`).FindAllStringSubmatch(m.text, -1) {
		for one := range strings.SplitSeq(found[1], ",") {
			words := strings.Fields(one)
			m.exports[words[len(words)-1]] = true
		}
	}
	for _, i := range imports(m) {
		modulesOf(t, i.from, into)
	}
}

// imported are the names that a script has from another.
type imported struct {
	names []string
	from  string
}

func imports(m *module) []imported {
	var all []imported
	for _, found := range regexp.MustCompile(`(?m)^import (?:\{([^}]*)\}|\* as (\w+)|\w+) from '([^']*)';`).FindAllStringSubmatch(m.text, -1) {
		one := imported{from: path.Join(path.Dir(m.name), found[3])}
		for name := range strings.FieldsFuncSeq(found[1], func(c rune) bool { return strings.ContainsRune(", ", c) }) {
			one.names = append(one.names, name)
		}
		if whole := found[2]; whole != "" {
			for _, use := range regexp.MustCompile(`\b`+whole+`\.(\w+)[^\w']`).FindAllStringSubmatch(m.text, -1) {
				one.names = append(one.names, use[1])
			}
		}
		all = append(all, one)
	}
	return all
}

// TestModules checks the scripts like a build step: each is imported, its imports
// exist and are used, and so are its exports.
func TestModules(t *testing.T) {
	t.Parallel()
	all, used := map[string]*module{}, map[string]bool{}
	modulesOf(t, "app.js", all)
	for _, m := range all {
		for _, i := range imports(m) {
			for _, name := range i.names {
				used[i.from+" "+name] = true
				if !all[i.from].exports[name] {
					t.Errorf("%s imports %s from %s, which does not export it", m.name, name, i.from)
				}
				if named := regexp.MustCompile(`\b` + name + `\b`); len(named.FindAllString(m.text, 2)) < 2 && !strings.Contains(m.text, "."+name) {
					t.Errorf("%s imports %s and does not use it", m.name, name)
				}
			}
		}
		if regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function`).MatchString(m.text) && !strings.HasPrefix(m.name, "vendor/") {
			t.Errorf("%s turns text into markup or code", m.name)
		}
	}
	for _, pattern := range []string{"assets/*.js", "assets/views/*.js", "assets/vendor/*.js"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: got %v, %v, want scripts", pattern, files, err)
		}
		for _, file := range files {
			if name := strings.TrimPrefix(filepath.ToSlash(file), "assets/"); all[name] == nil {
				t.Errorf("no script imports %s", name)
			}
		}
	}
	for _, m := range all {
		for name := range m.exports {
			if !strings.HasPrefix(m.name, "vendor/") && !used[m.name+" "+name] {
				t.Errorf("%s exports %s, which no script imports", m.name, name)
			}
		}
	}
}
