package cli

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// since is a flag that says how far back: a time before now, or a moment.
type since struct {
	back time.Duration
	at   time.Time
}

// String is the word on the command line.
func (s *since) String() string {
	switch {
	case !s.at.IsZero():
		return s.at.Format(time.RFC3339)
	case s.back > 0 && s.back%(24*time.Hour) == 0:
		return strconv.Itoa(int(s.back/(24*time.Hour))) + "d"
	}
	return short(s.back)
}

// Set takes that word.
func (s *since) Set(word string) error {
	if at, err := time.Parse(time.RFC3339, word); err == nil {
		*s = since{at: at}
		return nil
	}
	if days, ok := strings.CutSuffix(word, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			*s = since{back: time.Duration(n) * 24 * time.Hour}
			return nil
		}
	}
	back, err := time.ParseDuration(word)
	if err != nil || back < 0 {
		return errors.New("must be a duration such as 90m, 24h or 7d, or a time such as 2026-01-31T02:00:00Z")
	}
	*s = since{back: back}
	return nil
}

// Type is what help calls the value.
func (*since) Type() string { return "time" }

func (s *since) from(now time.Time) time.Time {
	if !s.at.IsZero() {
		return s.at
	}
	return now.Add(-s.back)
}
