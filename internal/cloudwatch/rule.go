package cloudwatch

import (
	"slices"
	"strings"
	"unicode"
)

// children are the names in a composite alarm's rule: ALARM("a b") AND NOT
// (OK(c) OR AT_LEAST(2, ALARM, (d, e))). Whatever is no word of the language may
// be one; what is none is an alarm that nobody knows.
func children(rule string) []string {
	var names []string
	for rule = skip(rule); rule != ""; rule = skip(rule) {
		var token string
		quoted := strings.HasPrefix(rule, `"`)
		if quoted {
			token, rule = unquote(rule[1:])
		} else {
			token, rule = word(rule)
		}
		if _, name, isARN := strings.Cut(token, ":alarm:"); isARN && strings.HasPrefix(token, "arn:") {
			token = name
		}
		if quoted || !ofTheLanguage(token) {
			names = append(names, token)
		}
	}
	return names
}

func skip(rule string) string {
	return strings.TrimLeftFunc(rule, func(r rune) bool { return unicode.IsSpace(r) || separates(r) })
}

func separates(r rune) bool { return r == '(' || r == ')' || r == ',' }

func word(rule string) (token, rest string) {
	end := strings.IndexFunc(rule, func(r rune) bool { return unicode.IsSpace(r) || separates(r) })
	if end < 0 {
		return rule, ""
	}
	return rule[:end], rule[end:]
}

// unquote reads up to the closing quote; a backslash takes the next character as
// it is.
func unquote(rule string) (token, rest string) {
	var b strings.Builder
	escaped := false
	for i, r := range rule {
		switch {
		case !escaped && r == '"':
			return b.String(), rule[i+1:]
		case !escaped && r == '\\':
			escaped = true
			continue
		}
		b.WriteRune(r)
		escaped = false
	}
	return b.String(), ""
}

func ofTheLanguage(token string) bool {
	words := []string{"ALARM", "OK", "INSUFFICIENT_DATA", "AND", "OR", "NOT", "TRUE", "FALSE", "AT_LEAST"}
	_, digits := strings.CutSuffix(token, "%")
	return slices.Contains(words, token) || digits
}
