// Command measure prints the size of the code outside tests: lines and files of
// each tree, and the lengths of functions in lines. Run it in the root of the
// repository.
package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"text/tabwriter"
)

// tree sums up the files below one folder of the root.
type tree struct {
	files, lines int
	functions    []function
}

type function struct {
	name  string
	lines int
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run() error {
	listed, err := exec.Command("git", "ls-files", "*.go").Output()
	if err != nil {
		return fmt.Errorf("list the files: %w", err)
	}
	trees, all := map[string]*tree{}, &tree{}
	for file := range strings.FieldsSeq(string(listed)) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		top, _, _ := strings.Cut(file, "/")
		if trees[top] == nil {
			trees[top] = &tree{}
		}
		if err := count(file, trees[top], all); err != nil {
			return err
		}
	}
	return show(trees, all)
}

// count adds a file to the trees.
func count(file string, trees ...*tree) error {
	source, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, t := range trees {
		t.files++
		t.lines += bytes.Count(source, []byte("\n"))
		for _, decl := range parsed.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				t.functions = append(t.functions, function{file + ":" + f.Name.Name, set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1})
			}
		}
	}
	return nil
}

func show(trees map[string]*tree, all *tree) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "tree\tfiles\tlines\tfunctions\tmedian\t95 %\tlongest\t")
	for _, name := range slices.Sorted(maps.Keys(trees)) {
		trees[name].print(w, name)
	}
	longest := all.print(w, "all")
	fmt.Fprintf(w, "longest function: %s, %d lines\n", longest.name, longest.lines)
	return w.Flush()
}

func (t *tree) print(w *tabwriter.Writer, name string) function {
	slices.SortFunc(t.functions, func(a, b function) int { return cmp.Compare(a.lines, b.lines) })
	if len(t.functions) == 0 {
		t.functions = []function{{}}
	}
	at := func(share int) function { return t.functions[(len(t.functions)-1)*share/100] }
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, t.files, t.lines, len(t.functions), at(50).lines, at(95).lines, at(100).lines)
	return at(100)
}
