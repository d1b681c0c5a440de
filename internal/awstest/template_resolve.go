package awstest

import (
	"fmt"
	"maps"
)

// Resolve works out what a stack with these parameters consists of: conditions
// and functions are evaluated, resources and outputs whose condition is false are
// left out, and so is whatever AWS::NoValue stands for. A reference to a resource
// stays visible as "<Queue>" or "<Queue.Arn>". The pseudo parameters are those of
// the test AWS: account 123456789012, region us-east-1.
func (t Template) Resolve(params map[string]string) (Template, error) {
	r, err := newResolver(t, params)
	if err != nil {
		return Template{}, err
	}
	tree := maps.Clone(t.Tree)
	for _, section := range []string{"Resources", "Outputs"} {
		if tree[section], err = r.section(section); err != nil {
			return Template{}, fmt.Errorf("resolve template: %w", err)
		}
	}
	return Template{Tree: tree}, nil
}

// noValue is what AWS::NoValue resolves to: the property or list item is not there.
type noValue struct{}

// resolver evaluates a template for one set of parameters.
type resolver struct {
	template   Template
	values     map[string]any // parameters and pseudo parameters
	conditions map[string]any
}

func newResolver(t Template, params map[string]string) (resolver, error) {
	r := resolver{template: t, conditions: mapOf(t.Tree["Conditions"]), values: map[string]any{
		"AWS::AccountId": "123456789012", "AWS::Region": "us-east-1", "AWS::Partition": "aws",
		"AWS::URLSuffix": "amazonaws.com", "AWS::StackName": "stack", "AWS::NoValue": noValue{},
	}}
	declared := mapOf(t.Tree["Parameters"])
	for name := range params {
		if declared[name] == nil {
			return r, fmt.Errorf("resolve template: no parameter %s", name)
		}
	}
	for name, declaration := range declared {
		value, given := params[name]
		if !given {
			byDefault, has := mapOf(declaration)["Default"]
			if !has {
				return r, fmt.Errorf("resolve template: parameter %s needs a value", name)
			}
			value = fmt.Sprint(byDefault)
		}
		r.values[name] = value
		if mapOf(declaration)["Type"] == "CommaDelimitedList" {
			r.values[name] = split(value, ",")
		}
	}
	return r, nil
}

// section resolves Resources or Outputs.
func (r resolver) section(name string) (map[string]any, error) {
	kept := map[string]any{}
	for key, entry := range mapOf(r.template.Tree[name]) {
		if condition, has := mapOf(entry)["Condition"]; has {
			holds, err := r.holds(map[string]any{"Condition": condition})
			if err != nil || !holds {
				if err != nil {
					return nil, err
				}
				continue
			}
		}
		value, err := r.resolve(entry)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		kept[key] = value
	}
	return kept, nil
}

func (r resolver) resolve(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		list := []any{}
		for _, item := range v {
			value, err := r.resolve(item)
			if err != nil {
				return nil, err
			}
			if value != (noValue{}) {
				list = append(list, value)
			}
		}
		return list, nil
	case map[string]any:
		if name, argument, is := function(v); is {
			return r.call(name, argument)
		}
		return r.resolveMap(v)
	default:
		return v, nil
	}
}

func (r resolver) resolveMap(v map[string]any) (any, error) {
	m := map[string]any{}
	for key, item := range v {
		value, err := r.resolve(item)
		if err != nil {
			return nil, err
		}
		if value != (noValue{}) {
			m[key] = value
		}
	}
	return m, nil
}
