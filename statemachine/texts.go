package statemachine

import (
	"strings"
	"time"
)

func clock(at time.Time) string {
	if at.IsZero() {
		return "an unknown time"
	}
	return at.UTC().Format("2006-01-02 15:04:05Z")
}

func orSomeone(by string) string {
	if by == "" {
		return "someone"
	}
	return by
}

func textAfter(text string) string {
	if text == "" {
		return ""
	}
	return ": " + text
}

func orSomeVersion(v string) string {
	if v == "" {
		return "the old version"
	}
	return v
}

func orVersion(v string) string {
	if v == "" {
		return "the new version"
	}
	return v
}

func faultText(f *Fault) string {
	if f == nil {
		return ""
	}
	return ": " + f.Error
}

func texts(problems []Problem) string {
	all := make([]string, 0, len(problems))
	for _, p := range problems {
		all = append(all, p.Text)
	}
	return strings.Join(all, "; ")
}

func nameAfter(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}
