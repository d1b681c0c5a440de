package infra_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/serinhq/serin/internal/awstest"
)

// mark stands for every secret: where it turns up, one was told. It is a word of its own, so that a text that was cut
// still shows it.
const mark = "hunter2hunter2"

// spoken collects what a worker says to AWS where others can read it: the table, announcements, metrics, queues.
type spoken struct {
	mu    sync.Mutex
	calls map[string]*strings.Builder // by service
}

// overhear collects what actor says from now on.
func (s *stage) overhear(actor string) *spoken {
	heard := &spoken{calls: map[string]*strings.Builder{}}
	for _, service := range []string{"dynamodb", "events", "monitoring", "sqs"} {
		heard.calls[service] = &strings.Builder{}
	}
	s.watch(actor, watcher{before: heard.listen})
	return heard
}

func (h *spoken) listen(c awstest.Call) {
	if c.Service == "monitoring" && c.Operation != "PutMetricData" {
		return // to read an alarm's metric is to name its dimensions
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if said, kept := h.calls[c.Service]; kept {
		fmt.Fprintf(said, "%s %s\n", c.Operation, c.Body)
	}
}

func (h *spoken) to(service string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.calls[service].String()
}

// keepsQuiet requires that no secret is told anywhere: not in the worker's log, metrics, table, announcements or messages,
// and not by the command lines. Each place must have something of the story, or the search is blind.
func (s *stage) keepsQuiet(w *runningWorker, heard *spoken, commands string) {
	s.t.Helper()
	secrets := append(s.tokens(), mark, "not-a-secret") // the last is the worker's own AWS secret key
	places := map[string][2]string{                     // what must be there, and all that is
		"the log":             {`"level":"debug"`, w.said.String()},
		"/metrics":            {"serin_deliveries_total", s.metrics(w)},
		"the table":           {s.name, s.table()},
		"calls to the table":  {s.name, heard.to("dynamodb")},
		"announcements":       {"Serin Release State Change", heard.to("events")},
		"metrics":             {"Heartbeat", heard.to("monitoring")},
		"calls to the queues": {"ReceiveMessage", heard.to("sqs")},
		"the command line":    {s.name, commands},
	}
	for _, place := range slices.Sorted(maps.Keys(places)) {
		must, text := places[place][0], places[place][1]
		if !strings.Contains(text, must) {
			s.t.Errorf("in %s there is no %q of this story: the search is blind", place, must)
		}
		if strings.HasSuffix(place, "table") {
			text += unpacked(text)
		}
		for _, secret := range secrets {
			if i := strings.Index(text, secret); i >= 0 {
				s.t.Errorf("%s tells %s: …%s…", place, secret, text[max(0, i-300):min(len(text), i+len(secret)+100)])
			}
		}
	}
}

// tokens are those of every approval there was.
func (s *stage) tokens() []string {
	s.t.Helper()
	var all []string
	for _, approval := range s.pipelines.Approvals() {
		if approval.Token == "" {
			s.t.Fatal("an approval without a token: the search is blind")
		}
		all = append(all, approval.Token)
	}
	return all
}

// unpacked is what a text holds packed, as a restore point of a long configuration is.
func unpacked(text string) string {
	var all strings.Builder
	for _, packed := range regexp.MustCompile(`H4sI[A-Za-z0-9+/]+=*`).FindAllString(text, -1) {
		raw, err := base64.StdEncoding.DecodeString(packed)
		if err != nil {
			continue // no packed text, but one that begins like it
		}
		if r, err := gzip.NewReader(bytes.NewReader(raw)); err == nil {
			_, _ = io.Copy(&all, r) // as much as can be read
		}
	}
	return all.String()
}

// table is every item, as text.
func (s *stage) table() string {
	s.t.Helper()
	var text strings.Builder
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(s.Config("judge")), &dynamodb.ScanInput{TableName: &s.name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(s.t.Context())
		if err != nil {
			s.t.Fatal(err)
		}
		for _, item := range page.Items {
			var plain map[string]any
			if err := attributevalue.UnmarshalMap(item, &plain); err != nil {
				s.t.Fatal(err)
			}
			fmt.Fprintln(&text, plain)
		}
	}
	return text.String()
}
