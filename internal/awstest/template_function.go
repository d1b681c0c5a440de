package awstest

import (
	"fmt"
	"regexp"
	"strings"
)

// function tells a function call ({"Ref": …}, {"Fn::Join": …}) from a mapping.
func function(v map[string]any) (name string, argument any, is bool) {
	for name, argument = range v {
		is = len(v) == 1 && (name == "Ref" || strings.HasPrefix(name, "Fn::"))
	}
	return name, argument, is
}

// call evaluates one function. One that this reader does not know is an error.
func (r resolver) call(name string, argument any) (any, error) {
	if name == "Fn::If" {
		return r.choose(argument)
	}
	if name == "Fn::Sub" {
		return r.substitute(argument)
	}
	value, err := r.resolve(argument)
	if err != nil {
		return nil, err
	}
	list, _ := value.([]any)
	switch {
	case name == "Ref":
		return r.reference(fmt.Sprint(value)), nil
	case name == "Fn::GetAtt" && len(list) == 2:
		return fmt.Sprintf("<%s.%s>", list...), nil
	case name == "Fn::Join" && len(list) == 2:
		return join(list[1], fmt.Sprint(list[0]))
	case name == "Fn::Split" && len(list) == 2:
		return split(fmt.Sprint(list[1]), fmt.Sprint(list[0])), nil
	default:
		return nil, fmt.Errorf("%s of %v: not known here", name, argument)
	}
}

func (r resolver) reference(name string) any {
	if value, ok := r.values[name]; ok {
		return value
	}
	return "<" + name + ">"
}

func (r resolver) choose(argument any) (any, error) {
	list, _ := argument.([]any)
	if len(list) != 3 {
		return nil, fmt.Errorf("Fn::If of %v: want condition, then, else", argument)
	}
	holds, err := r.holds(map[string]any{"Condition": list[0]})
	if err != nil {
		return nil, err
	}
	if holds {
		return r.resolve(list[1])
	}
	return r.resolve(list[2])
}

// holds evaluates a condition.
func (r resolver) holds(condition any) (bool, error) {
	for name, argument := range mapOf(condition) {
		list, _ := argument.([]any)
		switch name {
		case "Condition":
			named, ok := r.conditions[fmt.Sprint(argument)]
			if !ok {
				return false, fmt.Errorf("no condition %v", argument)
			}
			return r.holds(named)
		case "Fn::Equals":
			values, err := r.resolve(list)
			if err != nil {
				return false, err
			}
			pair, _ := values.([]any)
			return len(pair) == 2 && fmt.Sprint(pair[0]) == fmt.Sprint(pair[1]), nil
		case "Fn::Not", "Fn::Or", "Fn::And":
			return r.combine(name, list)
		}
	}
	return false, fmt.Errorf("%v is no condition", condition)
}

func (r resolver) combine(name string, list []any) (bool, error) {
	all, some := true, false
	for _, item := range list {
		holds, err := r.holds(item)
		if err != nil {
			return false, err
		}
		all, some = all && holds, some || holds
	}
	return map[string]bool{"Fn::Not": !some, "Fn::Or": some, "Fn::And": all}[name], nil
}

// substitute evaluates Fn::Sub, with or without names of its own.
func (r resolver) substitute(argument any) (any, error) {
	text, own := argument, map[string]any{}
	if list, is := argument.([]any); is && len(list) == 2 {
		resolved, err := r.resolve(list[1])
		if err != nil {
			return nil, err
		}
		text, own = list[0], mapOf(resolved)
	}
	return regexp.MustCompile(`\$\{([^!}][^}]*)\}`).ReplaceAllStringFunc(fmt.Sprint(text), func(found string) string {
		name := strings.Trim(found, "${}")
		if value, ok := own[name]; ok {
			return fmt.Sprint(value)
		}
		return fmt.Sprint(r.reference(name))
	}), nil
}

func join(v any, with string) (any, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, fmt.Errorf("Fn::Join of %v: not a list", v)
	}
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, with), nil
}

func split(text, at string) []any {
	var list []any
	for part := range strings.SplitSeq(text, at) {
		list = append(list, part)
	}
	return list
}

func mapOf(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}
