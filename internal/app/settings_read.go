package app

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.uber.org/zap/zapcore"
)

// SettingsError is everything that is wrong with the settings.
type SettingsError struct{ Problems []error }

// Error has a line a problem.
func (e *SettingsError) Error() string {
	return "settings: " + errors.Join(e.Problems...).Error()
}

// Read makes the settings from what get knows, by a setting's flag or its twin
// in the environment, and the defaults. The error is a [*SettingsError] that
// names every wrong one.
func Read(get func(Setting) string) (Settings, error) {
	var s Settings
	var wrong []error
	for _, one := range All() {
		value := strings.TrimSpace(get(one))
		if value == "" {
			value = one.Default
		}
		if value == "" {
			continue
		}
		if err := one.parse(&s, value); err != nil {
			wrong = append(wrong, fmt.Errorf("%s (--%s) is %q, must be %w", one.Env, one.Flag, value, err))
		}
	}
	if wrong = append(wrong, s.together(len(wrong) == 0)...); len(wrong) > 0 {
		return s, &SettingsError{wrong}
	}
	return s, nil
}

// together checks what must fit together; only durations that could be read.
func (s Settings) together(read bool) []error {
	var wrong []error
	if !read {
		return nil
	}
	if s.Lease < 3*s.CallTimeout {
		wrong = append(wrong, fmt.Errorf("SERIN_LEASE (--lease) is %s, must be at least three times SERIN_CALL_TIMEOUT (%s)", s.Lease, s.CallTimeout))
	}
	if s.Drain < Poll+s.CallTimeout {
		wrong = append(wrong, fmt.Errorf("SERIN_DRAIN (--drain) is %s, must be at least the long poll (%s) plus SERIN_CALL_TIMEOUT (%s)", s.Drain, Poll, s.CallTimeout))
	}
	if s.QueueURL != "" && s.QueueURL == s.CommandQueueURL {
		wrong = append(wrong, errors.New("SERIN_COMMAND_QUEUE_URL (--command-queue-url) is the event queue, must be a queue of its own: whoever may send events could command"))
	}
	return wrong
}

// Need reports, by name, those of the flags that are not set: all at once.
func (s Settings) Need(flags ...string) error {
	have := map[string]string{"queue-url": s.QueueURL, "command-queue-url": s.CommandQueueURL, "table": s.Table}
	var wrong []error
	for _, one := range All() {
		for _, flag := range flags {
			if one.Flag == flag && have[flag] == "" {
				wrong = append(wrong, fmt.Errorf("%s (--%s) is not set: %s", one.Env, one.Flag, one.Help))
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return &SettingsError{wrong}
}

func text(field func(*Settings) *string, check func(string) error) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		*field(s) = value
		if check == nil {
			return nil
		}
		return check(value)
	}
}

func duration(field func(*Settings) *time.Duration) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d <= 0 {
			return errors.New("a duration above zero, such as 15s")
		}
		*field(s) = d
		return nil
	}
}

func list(field func(*Settings) *[]string, check func(string) error) func(*Settings, string) error {
	return func(s *Settings, value string) error {
		var all []string
		for one := range strings.SplitSeq(value, ",") {
			if one = strings.TrimSpace(one); one != "" {
				all = append(all, one)
				if err := check(one); err != nil {
					return err
				}
			}
		}
		*field(s) = all
		return nil
	}
}

func queueURL(value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return errors.New("a queue's URL, such as https://sqs.us-east-1.amazonaws.com/111122223333/serin")
	}
	return nil
}

func address(value string) error {
	_, port, err := net.SplitHostPort(value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return errors.New("host:port, such as 127.0.0.1:8480")
	}
	return nil
}

func account(value string) error {
	if !regexp.MustCompile(`^\d{12}$`).MatchString(value) {
		return errors.New("account ids of twelve digits, comma-separated")
	}
	return nil
}

func region(value string) error {
	if !regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d+$`).MatchString(value) {
		return errors.New("regions such as eu-central-1, comma-separated")
	}
	return nil
}

func level(value string) error {
	l, err := zapcore.ParseLevel(value)
	if err != nil || l < zapcore.DebugLevel || l > zapcore.ErrorLevel {
		return errors.New("debug, info, warn or error")
	}
	return nil
}
