package infra_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// The page of a site with two visitors, each in a frame: it tells which version's assets ran, and reloads when it is
// answered.
const (
	visitorsPage = `<!doctype html><title>two visitors</title><iframe src="/page.html?ann"></iframe><iframe src="/page.html?bob"></iframe>`
	sitePage     = `<!doctype html><title>a site</title><script type="module" src="/page.mjs"></script>`
	sitePageCode = `import {canary} from '/serin-canary.mjs'
const visitor = location.search.slice(1)
await canary({visitor, entry: '/releases/{version}/app.js', timeout: 60000})
await fetch('/shown/' + visitor, {method: 'POST', body: document.documentElement.dataset.ran})
location.reload()
`
)

// browser shows the stage's site, as its bucket has it, to two visitors.
type browser struct {
	s       *stage
	shown   map[string]chan string // what a visitor was shown
	reloads map[string]chan bool   // has his page load anew
}

// open starts the browser. It is ended with the test.
func (s *stage) open(chromium string) *browser {
	s.t.Helper()
	b := &browser{s: s, shown: map[string]chan string{}, reloads: map[string]chan bool{}}
	for _, visitor := range []string{"ann", "bob"} {
		b.shown[visitor], b.reloads[visitor] = make(chan string, 1), make(chan bool, 1)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{key...}", b.serve)
	mux.HandleFunc("POST /shown/{visitor}", b.hear)
	server := httptest.NewServer(mux)
	s.t.Cleanup(server.Close)
	cmd := exec.Command(chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--user-data-dir="+s.t.TempDir(), server.URL+"/visitors.html")
	child, err := awstest.StartChild(cmd)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		child.Kill()
		<-child.Done()
	})
	return b
}

// serve sends an object of the bucket as it is, under a strict policy.
func (b *browser) serve(w http.ResponseWriter, r *http.Request) {
	file, ok := b.s.files.File(b.s.name, r.PathValue("key"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	for name, value := range file.Header {
		w.Header().Set(name, value)
	}
	w.Header().Set("ETag", file.ETag)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'; frame-src 'self'")
	http.ServeContent(w, r, r.PathValue("key"), time.Time{}, strings.NewReader(file.Body))
}

// hear takes what a visitor's page shows, and answers when the page is to load anew.
func (b *browser) hear(_ http.ResponseWriter, r *http.Request) {
	visitor := r.PathValue("visitor")
	version, _ := io.ReadAll(r.Body) // half a version is not what the test wants
	b.shown[visitor] <- string(version)
	select {
	case <-b.reloads[visitor]:
	case <-r.Context().Done():
	}
}

// reload loads both pages anew.
func (b *browser) reload() {
	for _, again := range b.reloads {
		again <- true
	}
}

// wantShown requires what the two visitors are shown by the load of their pages that is under way.
func (b *browser) wantShown(when string, want map[string]string) {
	b.s.t.Helper()
	got := map[string]string{}
	late := time.After(patience)
	for visitor, shown := range b.shown {
		select {
		case got[visitor] = <-shown:
		case <-late:
			b.s.t.Fatalf("%s: the page of %s showed nothing", when, visitor)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.s.t.Errorf("%s, visitors are shown (-want +got):\n%s%s", when, diff, b.s.story())
	}
}

// Half of the visitors are those of the buckets below 50: bob's is, ann's is not.
func TestBrowser_theNextReloadShowsWhatTheReleaseHasComeTo(t *testing.T) {
	t.Parallel()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		notRun(t, &awstest.Missing{What: "a release of a site as a browser sees it", Because: "there is no chromium on PATH", Install: "chromium"})
	}
	s := bareStage(t, "browser")
	s.site(strings.NewReplacer("BEHIND", "", "  - {weight: 10, bake: 1s}\n", "", "50, bake: 1s", "50, bake: 2m").Replace(siteFile))
	loader, err := os.ReadFile("browser/serin-canary.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for key, text := range map[string]string{
		"visitors.html": visitorsPage, "page.html": sitePage, "page.mjs": sitePageCode, "serin-canary.mjs": string(loader),
		"releases/a1/app.js": "document.documentElement.dataset.ran = 'a1'", "releases/b2/app.js": "document.documentElement.dataset.ran = 'b2'",
	} {
		s.files.PutFile(s.name, key, text, nil)
	}
	s.readyWorker("browser-a")
	b := s.open(chromium)
	b.wantShown("before", map[string]string{"ann": "a1", "bob": "a1"})
	canary := func(n int) releaseItem {
		_, events := s.openGateWith(map[string]map[string]string{"Deploy": {"Prefix": "b2"}})
		s.emit(last(events))
		r := s.bakes(s.name, n, 50)
		b.reload()
		b.wantShown("at 50%", map[string]string{"ann": "a1", "bob": "b2"})
		return r
	}
	ends := func(n int, phase string) {
		s.reaches(s.name, n, phase, func(r releaseItem) bool { return r.Phase == phase })
		b.reload()
	}

	canary(0)
	s.emit(s.alarms.SetState(s.name, "ALARM", alarmText))
	ends(0, "rolled_back")
	b.wantShown("rolled back", map[string]string{"ann": "a1", "bob": "a1"})

	s.settles(s.name, 0)
	s.emit(s.alarms.SetState(s.name, "OK", calmText))
	s.at("promote", canary(1))
	ends(1, "promoted")
	b.wantShown("promoted", map[string]string{"ann": "b2", "bob": "b2"})
	s.wantAnswers("Rejected", "Approved")
}
