package app

import (
	"time"
)

// Settings are what one process is told. Make them with [Read].
type Settings struct {
	// QueueURL is the event queue's URL; the worker needs it.
	QueueURL string
	// CommandQueueURL is the command queue's URL; the worker and the verbs need it.
	CommandQueueURL string
	// Table is the table's name or ARN; everything but validate, schema and demo
	// needs it.
	Table string
	// EventBus is the bus, by name or ARN, that announcements go to.
	EventBus string
	// Resync is how often everything that runs is looked at again.
	Resync time.Duration
	// Lease is how long a worker owns the orders it made; at least three times
	// CallTimeout.
	Lease time.Duration
	// CallTimeout binds every call, retries included, but for the long poll.
	CallTimeout time.Duration
	// Drain is how long work may go on after SIGTERM; at least the long poll (20 s)
	// plus CallTimeout.
	Drain time.Duration
	// HTTPAddr is host:port of /healthz, /readyz and /metrics.
	HTTPAddr string
	// Accounts and Regions are those whose events count. Empty: the worker's own.
	Accounts, Regions []string
	// LogLevel is debug, info, warn or error.
	LogLevel string
}

// Poll is the long poll of a receive: the longest that SQS knows.
const Poll = 20 * time.Second

// Setting is one setting as people give it: a flag and its environment twin.
type Setting struct {
	// Flag is its name on the command line, without the dashes; Env in the
	// environment.
	Flag, Env string
	// Default is used when neither is given or both are empty. "": none.
	Default string
	// Help is what it is, in a line.
	Help string
	// Shared: every subcommand that reads the table takes it. Otherwise only the
	// worker has the flag, and the others read the environment.
	Shared bool

	parse func(s *Settings, text string) error
}

// Usage is what help says of the flag.
func (s Setting) Usage() string {
	if s.Default == "" {
		return s.Help + " (" + s.Env + ")"
	}
	return s.Help + " (" + s.Env + ", default " + s.Default + ")"
}

// All lists the settings, in the order people read them.
func All() []Setting {
	return []Setting{
		{"queue-url", "SERIN_QUEUE_URL", "", "event queue", false, text(func(s *Settings) *string { return &s.QueueURL }, queueURL)},
		{"command-queue-url", "SERIN_COMMAND_QUEUE_URL", "", "command queue", true, text(func(s *Settings) *string { return &s.CommandQueueURL }, queueURL)},
		{"table", "SERIN_TABLE", "", "table, by name or ARN", true, text(func(s *Settings) *string { return &s.Table }, nil)},
		{"event-bus", "SERIN_EVENT_BUS", "default", "event bus for announcements, by name or ARN", false, text(func(s *Settings) *string { return &s.EventBus }, nil)},
		{"resync", "SERIN_RESYNC", "60s", "how often all that runs is looked at again", false, duration(func(s *Settings) *time.Duration { return &s.Resync })},
		{"lease", "SERIN_LEASE", "15s", "how long a worker owns the orders it made", false, duration(func(s *Settings) *time.Duration { return &s.Lease })},
		{"call-timeout", "SERIN_CALL_TIMEOUT", "5s", "limit of every call, retries included", false, duration(func(s *Settings) *time.Duration { return &s.CallTimeout })},
		{"drain", "SERIN_DRAIN", "30s", "how long work may go on after SIGTERM", false, duration(func(s *Settings) *time.Duration { return &s.Drain })},
		{"http-addr", "SERIN_HTTP_ADDR", "127.0.0.1:8480", "address of /healthz, /readyz and /metrics", false, text(func(s *Settings) *string { return &s.HTTPAddr }, address)},
		{"accounts", "SERIN_ACCOUNTS", "", "accounts whose events count, comma-separated (default: its own)", false, list(func(s *Settings) *[]string { return &s.Accounts }, account)},
		{"regions", "SERIN_REGIONS", "", "regions whose events count, comma-separated (default: its own)", false, list(func(s *Settings) *[]string { return &s.Regions }, region)},
		{"log-level", "SERIN_LOG_LEVEL", "info", "debug, info, warn or error", false, text(func(s *Settings) *string { return &s.LogLevel }, level)},
	}
}
