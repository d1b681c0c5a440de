package awstest

import (
	"encoding/json"
	"fmt"
	"maps"
)

// ForMoto returns the template, as JSON, without the list items that these
// parameters remove, and otherwise as it is. CloudFormation drops an item whose
// Fn::If comes out as AWS::NoValue; moto 5.2.1 leaves a null in its place, and
// then refuses the policy it made (seen by running it).
func (t Template) ForMoto(params map[string]string) ([]byte, error) {
	r, err := newResolver(t, params)
	if err != nil {
		return nil, err
	}
	tree := maps.Clone(t.Tree)
	if tree["Resources"], err = r.dropRemoved(tree["Resources"]); err != nil {
		return nil, fmt.Errorf("prepare template: %w", err)
	}
	return json.Marshal(tree)
}

// dropRemoved walks v and leaves out the list items that are AWS::NoValue.
func (r resolver) dropRemoved(v any) (any, error) {
	switch v := v.(type) {
	case []any:
		return r.dropItems(v, r.removed)
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, item := range v {
			var err error
			if parts, is := item.([]any); is && key == "Fn::If" {
				m[key], err = r.dropItems(parts, neverRemoved) // condition, then, else: no list to shorten
			} else {
				m[key], err = r.dropRemoved(item)
			}
			if err != nil {
				return nil, err
			}
		}
		return m, nil
	default:
		return v, nil
	}
}

func (r resolver) dropItems(items []any, removed func(any) (bool, error)) ([]any, error) {
	list := []any{}
	for _, item := range items {
		gone, err := removed(item)
		if err != nil {
			return nil, err
		}
		if gone {
			continue
		}
		kept, err := r.dropRemoved(item)
		if err != nil {
			return nil, err
		}
		list = append(list, kept)
	}
	return list, nil
}

func neverRemoved(any) (bool, error) { return false, nil }

// removed says whether a list item is an Fn::If that comes out as AWS::NoValue.
func (r resolver) removed(item any) (bool, error) {
	if _, isIf := mapOf(item)["Fn::If"]; !isIf {
		return false, nil
	}
	value, err := r.resolve(item)
	return value == any(noValue{}), err
}
