package infra_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// request is one call as IAM sees it: context keys are those the caller, or the service, sets.
type request struct {
	principal string // "events.amazonaws.com" for a service, "" for anybody with credentials
	action    string
	resource  string
	context   map[string]string
	sets      map[string][]string // context keys of several values
}

// verdict of a policy alone: what it allows and what it denies.
type verdict struct{ Allowed, Denied bool }

// judge evaluates a policy document as IAM does (IAM User Guide, "Policy evaluation logic"). An operator that it does not
// know fails the test, so that no condition is passed over.
func judge(tb testing.TB, document node, r request) verdict {
	tb.Helper()
	var v verdict
	for _, statement := range document.at("Statement").list() {
		if !concerns(tb, statement, r) {
			continue
		}
		switch effect := statement.at("Effect").text(); effect {
		case "Allow":
			v.Allowed = true
		case "Deny":
			v.Denied = true
		default:
			tb.Fatalf("effect %q", effect)
		}
	}
	return v
}

func concerns(tb testing.TB, statement node, r request) bool {
	tb.Helper()
	if service := statement.at("Principal", "Service").text(); service != "" && service != r.principal {
		return false
	}
	if !slices.ContainsFunc(statement.at("Action").texts(), func(p string) bool { return like(p, r.action) }) {
		return false
	}
	if !slices.ContainsFunc(statement.at("Resource").texts(), func(p string) bool { return like(p, r.resource) }) {
		return false
	}
	condition := statement.at("Condition")
	for _, operator := range condition.keys() {
		for _, key := range condition.at(operator).keys() {
			if !holds(tb, operator, condition.at(operator, key).texts(), r, key) {
				return false
			}
		}
	}
	return true
}

// holds evaluates one condition. A key that the request lacks fails a positive operator and meets a negated one.
func holds(tb testing.TB, operator string, wanted []string, r request, key string) bool {
	tb.Helper()
	value, has := r.context[key]
	match := slices.ContainsFunc(wanted, func(w string) bool { return like(w, value) })
	switch operator {
	case "StringEquals", "ArnEquals", "Bool":
		return has && slices.Contains(wanted, value)
	case "ArnLike", "StringLike":
		return has && match
	case "ForAllValues:StringLike":
		return allOf(r.sets[key], func(value, w string) bool { return like(w, value) }, wanted)
	case "ForAllValues:StringEquals":
		return allOf(r.sets[key], func(value, w string) bool { return w == value }, wanted)
	case "Null":
		return slices.Contains(wanted, "true") == (!has && len(r.sets[key]) == 0)
	case "ArnNotEquals":
		return !has || !slices.Contains(wanted, value)
	case "ArnNotLike":
		return !has || !match
	default:
		tb.Fatalf("condition operator %s: not known to this test", operator)
		return false
	}
}

// allOf reports whether each of the values is met by one that is wanted; a key that the request lacks has no values.
func allOf(values []string, met func(value, wanted string) bool, wanted []string) bool {
	return !slices.ContainsFunc(values, func(value string) bool {
		return !slices.ContainsFunc(wanted, func(w string) bool { return met(value, w) })
	})
}

// like matches IAM's * and ?.
func like(pattern, text string) bool {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
	return regexp.MustCompile(`^` + quoted + `$`).MatchString(text)
}

func TestJudge_readsPoliciesAsIAMDoes(t *testing.T) {
	statement := func(extra map[string]any) node {
		s := map[string]any{"Effect": "Deny", "Action": "sqs:*", "Resource": []any{"arn:*"}}
		maps.Copy(s, extra)
		return node{map[string]any{"Statement": []any{s}}}
	}
	condition := func(operator string, value any) node {
		return statement(map[string]any{"Condition": map[string]any{operator: map[string]any{"key": value}}})
	}
	call := func(key string) request {
		r := request{action: "sqs:SendMessage", resource: "arn:q", context: map[string]string{}}
		if key != "" {
			r.context["key"] = key
		}
		return r
	}
	calls := func(values ...string) request {
		return request{action: "sqs:SendMessage", resource: "arn:q", sets: map[string][]string{"key": values}}
	}
	for _, tc := range []struct {
		name     string
		document node
		request  request
		denied   bool
	}{
		{"no condition", statement(nil), call(""), true},
		{"another action", statement(map[string]any{"Action": "sqs:ReceiveMessage"}), call(""), false},
		{"another resource", statement(map[string]any{"Resource": "arn:p"}), call(""), false},
		{"another service", statement(map[string]any{"Principal": map[string]any{"Service": "s3.amazonaws.com"}}), call(""), false},
		{"equal", condition("ArnEquals", []any{"x", "y"}), call("y"), true},
		{"a missing key is not equal", condition("ArnEquals", "y"), call(""), false},
		{"not equal", condition("ArnNotEquals", []any{"x", "y"}), call("z"), true},
		{"equal to one is not not-equal", condition("ArnNotEquals", []any{"x", "y"}), call("y"), false},
		{"a missing key is not-equal", condition("ArnNotEquals", "y"), call(""), true},
		{"not like", condition("ArnNotLike", []any{"role/ops-?", "user/*"}), call("role/dev-1"), true},
		{"like one is not not-like", condition("ArnNotLike", []any{"role/ops-?", "user/*"}), call("role/ops-1"), false},
		{"a missing key is not-like", condition("ArnNotLike", "user/*"), call(""), true},
		{"all are like", condition("ForAllValues:StringLike", []any{"CANARY", "CANARY#*"}), calls("CANARY", "CANARY#web"), true},
		{"one of several is not like", condition("ForAllValues:StringLike", "CANARY#*"), calls("CANARY#web", "RELEASE#1"), false},
		{"all are equal", condition("ForAllValues:StringEquals", []any{"pk", "sk"}), calls("sk"), true},
		{"one of several is not equal", condition("ForAllValues:StringEquals", []any{"pk", "sk"}), calls("pk", "phase"), false},
		{"there is none", condition("Null", "true"), call(""), true},
		{"there is one", condition("Null", "true"), call("y"), false},
		{"there are several", condition("Null", "true"), calls("x", "y"), false},
		{"there is to be one", condition("Null", "false"), call("y"), true},
		{"no value is all values", condition("ForAllValues:StringEquals", "pk"), calls(), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := judge(t, tc.document, tc.request).Denied; got != tc.denied {
				t.Errorf("denied: %v, want %v", got, tc.denied)
			}
		})
	}
}
