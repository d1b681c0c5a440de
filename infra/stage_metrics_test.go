package infra_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// address is where the worker's own pages are, as its log says.
func (w *runningWorker) address() string {
	for line := range strings.Lines(w.said.String()) {
		var entry struct{ Msg, HTTP string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "worker starts" {
			return entry.HTTP
		}
	}
	return ""
}

// metrics is what the worker tells on /metrics.
func (s *stage) metrics(w *runningWorker) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+w.address()+"/metrics", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if cerr := answer.Body.Close(); err != nil || cerr != nil {
		s.t.Fatal(err, cerr)
	}
	return string(text)
}

// dealt counts the events the worker dealt with, by what became of them.
func (s *stage) dealt(w *runningWorker) map[string]int {
	s.t.Helper()
	return s.dealtOn(w, "events")
}

// dealtOn is dealt for a queue: "events" or "commands".
func (s *stage) dealtOn(w *runningWorker, queue string) map[string]int {
	s.t.Helper()
	counts := map[string]int{}
	for line := range strings.Lines(s.metrics(w)) {
		rest, counted := strings.CutPrefix(line, `serin_deliveries_total{queue="`+queue+`",verdict="`)
		if !counted {
			continue
		}
		verdict, number, _ := strings.Cut(strings.TrimSpace(rest), `"} `)
		n, err := strconv.Atoi(number)
		if err != nil {
			s.t.Fatalf("metric %q: %v", line, err)
		}
		counts[verdict] = n
	}
	return counts
}
