package browser

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
)

// served is what a site's server does at a time.
type served struct {
	Config json.RawMessage `json:"config"`
	// Body, Status and Hang are a config that is broken, missing or slow.
	Body   string `json:"body"`
	Status int    `json:"status"`
	Hang   bool   `json:"hang"`
	// Missing and Slow are versions whose assets are not there, or come when they are told to.
	Missing []string `json:"missing"`
	Slow    []string `json:"slow"`
	// NonceOnly: scripts run by a nonce alone.
	NonceOnly bool `json:"nonceOnly"`
}

// site is a site with a strict policy, and the trial's other end.
type site struct {
	*httptest.Server
	mu         sync.Mutex
	now        served
	arrive     chan struct{} // closed: slow assets come
	report     chan []byte
	violations []string
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{arrive: make(chan struct{}), report: make(chan []byte, 1)}
	mux := http.NewServeMux()
	for _, name := range []string{moduleFile, classicFile} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, name) })
	}
	mux.HandleFunc("GET /testdata/{name}", func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, "testdata/"+r.PathValue("name")) })
	mux.HandleFunc("GET /canary-config.json", s.config)
	mux.HandleFunc("GET /assets/{version}/main.js", s.assets)
	mux.HandleFunc("POST /site", s.set)
	mux.HandleFunc("POST /assets-arrive", func(http.ResponseWriter, *http.Request) { s.let() })
	mux.HandleFunc("POST /violation", s.violation)
	mux.HandleFunc("POST /report", func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.report <- body
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.CloseClientConnections)
	return s
}

// serve sends a file under a policy as strict as there is, and reports what breaks it.
func (s *site) serve(w http.ResponseWriter, r *http.Request, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	scripts := "'self'"
	if s.now.NonceOnly {
		scripts = "'nonce-n0nce' 'strict-dynamic'"
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+scripts+"; connect-src 'self'; frame-src 'self'; base-uri 'none'; report-uri /violation")
	w.Header().Set("Access-Control-Allow-Origin", "*") // for the page without storage, whose origin is none
	w.Header().Set("Cache-Control", "no-store")
	http.ServeFile(w, r, name)
}

func (s *site) set(_ http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = served{}
	_ = json.NewDecoder(r.Body).Decode(&s.now) // the trial sees what comes of it
	s.arrive = make(chan struct{})
}

func (s *site) let() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.arrive)
}

func (s *site) what() (served, chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now, s.arrive
}

func (s *site) config(w http.ResponseWriter, r *http.Request) {
	now, _ := s.what()
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "application/json")
	switch {
	case now.Hang:
		<-r.Context().Done()
	case now.Status != 0:
		w.WriteHeader(now.Status)
	case now.Body != "":
		_, _ = io.WriteString(w, now.Body)
	default:
		_, _ = w.Write(now.Config)
	}
}

func (s *site) assets(w http.ResponseWriter, r *http.Request) {
	now, arrive := s.what()
	version := r.PathValue("version")
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Content-Type", "text/javascript")
	w.Header().Set("Cache-Control", "no-store")
	if slices.Contains(now.Missing, version) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	if slices.Contains(now.Slow, version) {
		select {
		case <-arrive:
		case <-r.Context().Done():
			return
		}
	}
	_, _ = io.WriteString(w, "parent.postMessage({ran: '"+version+"'}, '*')")
}

func (s *site) violation(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.violations = append(s.violations, string(body))
}
