package awstest

import (
	"fmt"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Template is a CloudFormation template as maps, lists and scalars, its short
// tags (!Ref, !Sub …) in their long form ({"Ref": …}, {"Fn::Sub": …}).
type Template struct {
	Tree map[string]any
}

// ParseTemplate reads a template, in YAML or JSON. An anchor or an alias, which
// CloudFormation does not know, is an error.
func ParseTemplate(text []byte) (Template, error) {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return Template{}, fmt.Errorf("parse template: %w", err)
	}
	if len(file.Docs) != 1 {
		return Template{}, fmt.Errorf("parse template: %d documents, want one", len(file.Docs))
	}
	tree, err := plain(file.Docs[0].Body)
	if err != nil {
		return Template{}, fmt.Errorf("parse template: %w", err)
	}
	top, ok := tree.(map[string]any)
	if !ok {
		return Template{}, fmt.Errorf("parse template: not a mapping")
	}
	return Template{Tree: top}, nil
}

// plain makes maps, lists and scalars of a YAML node.
func plain(node ast.Node) (any, error) {
	switch n := node.(type) {
	case *ast.TagNode:
		return longForm(n)
	case *ast.MappingNode:
		return plainMap(n.Values)
	case *ast.MappingValueNode:
		return plainMap([]*ast.MappingValueNode{n})
	case *ast.SequenceNode:
		return plainList(n.Values)
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.StringNode:
		return plainText(n)
	case *ast.IntegerNode:
		return n.Value, nil
	case *ast.FloatNode:
		return n.Value, nil
	case *ast.BoolNode:
		return n.Value, nil
	case *ast.NullNode:
		return nil, nil
	default:
		return nil, fmt.Errorf("line %d: CloudFormation knows no %s", node.GetToken().Position.Line, node.Type())
	}
}

// plainText refuses what no YAML means: the parser splits a key at its first colon
// when it stands in braces ({aws:SourceArn: x}), where CloudFormation does not.
func plainText(n *ast.StringNode) (any, error) {
	if n.Token.Type == token.StringType && strings.Contains(n.Value, ": ") {
		return nil, fmt.Errorf("line %d: write %q as a block, not in braces", n.Token.Position.Line, n.Value)
	}
	return n.Value, nil
}

func plainMap(values []*ast.MappingValueNode) (map[string]any, error) {
	m := make(map[string]any, len(values))
	for _, entry := range values {
		key := entry.Key.GetToken().Value
		value, err := plain(entry.Value)
		if err != nil {
			return nil, err
		}
		m[key] = value
	}
	return m, nil
}

func plainList(values []ast.Node) ([]any, error) {
	list := make([]any, 0, len(values))
	for _, item := range values {
		value, err := plain(item)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

// longForm turns !Ref x into {"Ref": x}, !GetAtt a.b into {"Fn::GetAtt": [a, b]}
// and every other !F x into {"Fn::F": x}.
func longForm(n *ast.TagNode) (any, error) {
	value, err := plain(n.Value)
	if err != nil {
		return nil, err
	}
	name := strings.TrimPrefix(n.Start.Value, "!")
	text, isText := value.(string)
	switch {
	case name == "Ref" || name == "Condition":
		return map[string]any{name: value}, nil
	case name == "GetAtt" && isText:
		resource, attribute, _ := strings.Cut(text, ".")
		return map[string]any{"Fn::GetAtt": []any{resource, attribute}}, nil
	default:
		return map[string]any{"Fn::" + name: value}, nil
	}
}
