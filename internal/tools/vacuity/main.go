// Command vacuity shows that the suite needs each of its assertions: it takes out
// one at a time, and runs assay prove, which must fail.
//
// It builds the program once, from copies of the step definitions in which each
// assertion has a number, and can be told to hold whatever it finds. First it runs
// every mutant alone, to see which assertions fail on it; then, for each assertion,
// the mutants that it failed on, with the assertion taken out. One of them must go
// unnoticed. Assertions of which none does are listed, and are an error, unless
// another assertion doubles them on purpose; then both are taken out.
//
// Run it in the root of the repository. It takes some minutes.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"
)

const (
	stepsDir   = "conformance/internal/steps"
	checksFile = "checks.go"   // makes the assertions that are values
	offVar     = "VACUITY_OFF" // the numbers of the assertions that are taken out
	logVar     = "VACUITY_LOG" // the file that takes the numbers of those that fail
)

// doubledBy returns the function that repeats, at the end and about all exchanges
// of the run, the assertions of another; "" if none does.
func doubledBy(function string) string {
	switch function {
	case "hasFields":
		return "allHadFields"
	case "listDoesNotContain":
		return "noneSeenByTwo"
	}
	return ""
}

// helper is the file that is added to the step definitions.
const helper = `package steps

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

var vacuityOff = strings.Fields(os.Getenv("VACUITY_OFF"))

func vacuity(number int, ok bool) bool {
	if slices.Contains(vacuityOff, strconv.Itoa(number)) {
		return true
	}
	if name := os.Getenv("VACUITY_LOG"); !ok && name != "" {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(f, number)
		f.Close()
	}
	return ok
}

func vacuityCheck(number int, checked check) check {
	wrong := checked.wrong

	checked.wrong = func(ev evidence) []string {
		if lines := wrong(ev); !vacuity(number, len(lines) == 0) {
			return lines
		}
		return nil
	}
	return checked
}
`

// site is one assertion.
type site struct {
	number   int
	file     string
	line     int
	function string
	mutants  []string // that it failed on
	alone    string   // the mutant that goes unnoticed without it
	with     string   // the function that doubles it, if that had to be taken out too
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "vacuity:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "vacuity")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	sites, err := instrument(dir)
	if err != nil {
		return err
	}
	program := filepath.Join(dir, "assay")
	build := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "-o", program, "./cmd/assay")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	mutants, err := list(program)
	if err != nil {
		return err
	}
	if err := observe(program, dir, mutants, sites); err != nil {
		return err
	}
	if err := each(sites, func(s *site) error { return takeOut(program, s, sites) }); err != nil {
		return err
	}
	return tell(sites)
}

// instrument writes a copy of each file that has assertions, and an overlay that
// puts the copies in the place of the files.
func instrument(dir string) ([]*site, error) {
	files, err := filepath.Glob(filepath.Join(stepsDir, "*.go"))
	if err != nil {
		return nil, err
	}
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	overlay := struct{ Replace map[string]string }{map[string]string{filepath.Join(root, stepsDir, "vacuity.go"): filepath.Join(dir, "vacuity.go")}}
	if err := os.WriteFile(filepath.Join(dir, "vacuity.go"), []byte(helper), 0o600); err != nil {
		return nil, err
	}
	constructors, err := checkConstructors()
	if err != nil {
		return nil, err
	}
	var sites []*site
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == checksFile {
			continue
		}
		source, found, err := number(file, len(sites), constructors)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			continue
		}
		sites = append(sites, found...)
		copied := filepath.Join(dir, filepath.Base(file))
		if err := os.WriteFile(copied, source, 0o600); err != nil {
			return nil, err
		}
		overlay.Replace[filepath.Join(root, file)] = copied
	}
	if len(sites) == 0 {
		return nil, fmt.Errorf("expected assertions in %s, found none", stepsDir)
	}
	encoded, err := json.Marshal(overlay)
	if err != nil {
		return nil, err
	}
	return sites, os.WriteFile(filepath.Join(dir, "overlay.json"), encoded, 0o600)
}

// checkConstructors returns the names of the functions that make the assertions that
// are values.
func checkConstructors() ([]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(stepsDir, checksFile), nil, 0)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, decl := range parsed.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Type.Results == nil {
			continue
		}
		if result, ok := function.Type.Results.List[0].Type.(*ast.Ident); ok && result.Name == "check" {
			names = append(names, function.Name.Name)
		}
	}
	return names, nil
}

// number finds the assertions in a file, and wraps what each of them asserts.
func number(file string, from int, constructors []string) ([]byte, []*site, error) {
	source, err := os.ReadFile(file)
	if err != nil {
		return nil, nil, err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, 0)
	if err != nil {
		return nil, nil, err
	}
	var sites []*site
	type insertion struct {
		at   int
		text string
	}
	var insertions []insertion
	for _, decl := range parsed.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Name.Name == "expect" || function.Name.Name == "check" { // which call expectOf
			continue
		}
		ast.Inspect(function, func(n ast.Node) bool {
			claim, wrapper := claimOf(n, constructors)
			if claim == nil {
				return true
			}
			s := &site{number: from + len(sites) + 1, file: file, line: set.Position(n.Pos()).Line, function: function.Name.Name}
			sites = append(sites, s)
			insertions = append(insertions,
				insertion{set.Position(claim.Pos()).Offset, fmt.Sprintf("%s(%d, ", wrapper, s.number)},
				insertion{set.Position(claim.End()).Offset, ")"})
			return true
		})
	}
	slices.SortStableFunc(insertions, func(a, b insertion) int { return b.at - a.at })
	for _, i := range insertions {
		source = slices.Concat(source[:i.at], []byte(i.text), source[i.at:])
	}
	return source, sites, nil
}

// claimOf returns what an assertion claims, and the function to wrap it in; nil for
// anything but an assertion.
func claimOf(n ast.Node, constructors []string) (claim ast.Expr, wrapper string) {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return nil, ""
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		if slices.Contains(constructors, f.Name) {
			return call, "vacuityCheck"
		}
	case *ast.SelectorExpr:
		switch f.Sel.Name {
		case "expect":
			return call.Args[0], "vacuity"
		case "expectOf":
			return call.Args[1], "vacuity"
		}
	}
	return nil, ""
}

// list asks the program for its mutants.
func list(program string) ([]string, error) {
	out, err := exec.Command(program, "prove", "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("list the mutants: %w", err)
	}
	var ids []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) > 2 && strings.Contains(fields[0], "-") {
			ids = append(ids, fields[1])
		}
	}
	return ids, nil
}

// observe runs each mutant alone, and notes which assertions fail on it.
func observe(program, dir string, mutants []string, sites []*site) error {
	var mu sync.Mutex
	return each(mutants, func(id string) error {
		log := filepath.Join(dir, id+".log")
		if missed, err := prove(program, logVar+"="+log, id); err != nil || missed {
			return fmt.Errorf("%s: expected it to be caught with every assertion in place, got missed %t (%w)", id, missed, err)
		}
		failed, err := os.ReadFile(log)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		for field := range strings.FieldsSeq(string(failed)) {
			n, err := strconv.Atoi(field)
			if err != nil {
				return err
			}
			if s := sites[n-1]; !slices.Contains(s.mutants, id) {
				s.mutants = append(s.mutants, id)
			}
		}
		return nil
	})
}

// takeOut looks for a mutant that goes unnoticed without the assertion.
func takeOut(program string, s *site, sites []*site) error {
	slices.Sort(s.mutants)
	off := []string{strconv.Itoa(s.number)}
	if err := s.miss(program, off); err != nil || s.alone != "" {
		return err
	}
	for _, other := range sites {
		if other.function == doubledBy(s.function) {
			s.with = other.function
			off = append(off, strconv.Itoa(other.number))
		}
	}
	if len(off) == 1 {
		return nil
	}
	return s.miss(program, off)
}

// miss looks for a mutant that goes unnoticed with the assertions taken out.
func (s *site) miss(program string, off []string) error {
	for _, id := range s.mutants {
		missed, err := prove(program, offVar+"="+strings.Join(off, " "), id)
		if err != nil {
			return err
		}
		if missed {
			s.alone = id
			return nil
		}
	}
	return nil
}

// prove runs one mutant, and reports whether it was missed.
func prove(program, env, id string) (missed bool, err error) {
	cmd := exec.Command(program, "prove", "--mutant", id)
	cmd.Env = append(os.Environ(), env)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return false, nil
	case errors.As(err, &exit) && exit.ExitCode() == 1 && bytes.Contains(out, []byte("The proof fails")):
		return true, nil
	}
	return false, fmt.Errorf("%s: %w\n%s", id, err, out)
}

// each calls do with every item, several at once.
func each[T any](items []T, do func(T) error) error {
	errs := make([]error, len(items))
	var group errgroup.Group // its functions return no error: the others go on after one
	group.SetLimit(2 * runtime.NumCPU())
	for i, item := range items {
		group.Go(func() error {
			errs[i] = do(item)
			return nil
		})
	}
	return errors.Join(group.Wait(), errors.Join(errs...))
}

// tell lists every assertion with the mutant that only it catches.
func tell(sites []*site) error {
	idle := 0
	for _, s := range sites {
		without := "without it, " + s.alone + " goes unnoticed"
		if s.with != "" {
			without = "without it and " + s.with + ", " + s.alone + " goes unnoticed"
		}
		if s.alone == "" {
			idle++
			without = fmt.Sprintf("NOT NEEDED: fails on %d mutants, each of which something else catches too %v", len(s.mutants), s.mutants)
		}
		fmt.Printf("%s:%d %s: %s\n", s.file, s.line, s.function, without)
	}
	fmt.Printf("%d assertions, %d not needed\n", len(sites), idle)
	if idle > 0 {
		return fmt.Errorf("expected a mutant for each assertion that only it catches, got none for %d", idle)
	}
	return nil
}
