package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// fromFile reads the file that --config names, if it names one.
func (f *Flags) fromFile(read func(string) ([]byte, error)) (layer, error) {
	if f.configFile == "" {
		return layer{}, nil
	}
	data, err := read(f.configFile)
	if err != nil {
		return nil, fmt.Errorf("read the configuration file: %w", err)
	}
	document, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, f.syntaxError(err)
	}
	entries, err := f.entriesOf(document)
	if err != nil {
		return nil, err
	}
	return f.fromEntries(entries)
}

// syntaxError gives the place in the form that every other error has.
func (f *Flags) syntaxError(err error) error {
	var syntax yaml.Error
	if errors.As(err, &syntax) && syntax.GetToken() != nil {
		return fmt.Errorf("%s:%d: %s", f.configFile, syntax.GetToken().Position.Line, syntax.GetMessage())
	}
	return fmt.Errorf("%s: %w", f.configFile, err)
}

func (f *Flags) entriesOf(file *ast.File) ([]*ast.MappingValueNode, error) {
	if len(file.Docs) == 0 || file.Docs[0].Body == nil {
		return nil, nil
	}
	mapping, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok || len(file.Docs) > 1 {
		return nil, fmt.Errorf("%s: expected one mapping of flag names to values", f.configFile)
	}
	return mapping.Values, nil
}

func (f *Flags) fromEntries(entries []*ast.MappingValueNode) (layer, error) {
	got := layer{}
	var errs []error
	for _, entry := range entries {
		name := entry.Key.GetToken().Value
		origin := fmt.Sprintf("%s:%d: %s", f.configFile, entry.Key.GetToken().Position.Line, name)
		values, err := f.valuesOf(name, entry.Value)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", origin, err))
			continue
		}
		got[name] = setting{values: values, origin: origin}
	}
	return got, errors.Join(errs...)
}

func (f *Flags) valuesOf(name string, node ast.Node) ([]string, error) {
	fl := f.Lookup(name)
	if fl == nil || name == fileFlag {
		return nil, fmt.Errorf("expected the name of a flag%s", DidYouMean(name, "", f.names()))
	}
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		value, err := scalar(node)
		return []string{value}, err
	}
	if !isList(fl.Value) {
		return nil, fmt.Errorf("expected one value, got a list")
	}
	return scalars(list.Values)
}

func scalars(nodes []ast.Node) ([]string, error) {
	var values []string
	for _, node := range nodes {
		value, err := scalar(node)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	return values, nil
}

// scalar returns a value as it is written, so that the flag's own rules say
// what it means, and not YAML's.
func scalar(node ast.Node) (string, error) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, nil
	default:
		return "", fmt.Errorf("expected a string, a number, true or false, got a %s", strings.ToLower(node.Type().String()))
	}
}
