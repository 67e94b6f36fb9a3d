package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/spf13/pflag"

	"example.com/assay/internal/suggest"
	"example.com/assay/internal/textfile"
)

// readFile reads the file that --config names, if it names one.
func readFile(flags *pflag.FlagSet, read func(string) ([]byte, error)) (map[string]setting, error) {
	name := flags.Lookup(FileFlag).Value.String()
	if name == "" {
		return nil, nil
	}
	data, err := read(name)
	if err != nil {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	if data, err = textfile.Decode(name, data); err != nil {
		return nil, err
	}
	entries, err := parseFile(name, data)
	file, errs := map[string]setting{}, []error{err}
	for _, entry := range entries {
		key := entry.Key.GetToken()
		s := setting{origin: fmt.Sprintf("%s:%d: %s", name, key.Position.Line, key.Value)}
		if s.values, err = valuesFor(flags, key.Value, entry.Value); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.origin, err))
		}
		file[key.Value] = s
	}
	return file, errors.Join(errs...)
}

func parseFile(name string, data []byte) ([]*ast.MappingValueNode, error) {
	file, err := parser.ParseBytes(data, 0)
	if syntax, ok := errors.AsType[yaml.Error](err); ok && syntax.GetToken() != nil {
		return nil, fmt.Errorf("%s:%d: %s", name, syntax.GetToken().Position.Line, syntax.GetMessage())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, nil
	}
	mapping, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok || len(file.Docs) > 1 {
		return nil, fmt.Errorf("%s: not a mapping; write one FLAG: VALUE per line", name)
	}
	return mapping.Values, nil
}

func valuesFor(flags *pflag.FlagSet, name string, node ast.Node) ([]string, error) {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) {
		if Layered(f) && f.Name != FileFlag {
			names = append(names, f.Name)
		}
	})
	if !slices.Contains(names, name) {
		return nil, fmt.Errorf("unknown key%s", suggest.Hint(name, names))
	}
	list, isList := node.(*ast.SequenceNode)
	switch {
	case !isList:
		return scalars(node)
	case !IsList(flags.Lookup(name)):
		return nil, errors.New("unexpected list; use one value")
	}
	return scalars(list.Values...)
}

// scalars returns values as written: the flag interprets them, not YAML.
func scalars(nodes ...ast.Node) ([]string, error) {
	values := []string{} // an empty list is a value too
	for _, node := range nodes {
		switch n := node.(type) {
		case *ast.LiteralNode:
			values = append(values, n.Value.Value)
		case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
			values = append(values, n.GetToken().Value)
		default:
			return nil, fmt.Errorf("unexpected %s; use a string, a number, true or false", strings.ToLower(node.Type().String()))
		}
	}
	return values, nil
}
