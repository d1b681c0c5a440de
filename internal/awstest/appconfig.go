package awstest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// AppConfig stands in for AWS AppConfig's deployments, by AWS note 3.8: one deployment per environment at a time, each with
// the number after the last; a growing share, a bake, an end; stops that roll back or revert; alarms that roll back.
//
// Deployments go on when a test says Advance; only a rollback ends by itself, after some reads.
type AppConfig struct {
	account, region string
	ledger          *Ledger
	clock           func() time.Time

	mu           sync.Mutex
	applications map[string]string // name by id
	profiles     map[string]string // name by "application/profile"
	strategies   map[string]ConfigurationStrategy
	environments map[string]*configEnvironment // by "application/environment"
	rollbackLag  int
	events       emission
}

// configEnvironment is one environment and its deployments, oldest first.
type configEnvironment struct {
	application, id, name string
	alarms                []string // ARNs
	told                  bool     // associated with the extension that sends events
	deployments           []*configDeployment
}

var _ StandIn = (*AppConfig)(nil)

// NewAppConfig returns an AppConfig without applications. What is applied goes to ledger; a nil clock means time.Now.
func NewAppConfig(account, region string, ledger *Ledger, clock func() time.Time) *AppConfig {
	if clock == nil {
		clock = time.Now
	}
	return &AppConfig{
		account: account, region: region, ledger: ledger, clock: clock, applications: map[string]string{}, profiles: map[string]string{},
		strategies: map[string]ConfigurationStrategy{}, environments: map[string]*configEnvironment{}, rollbackLag: 1,
	}
}

// Service is the signing name.
func (*AppConfig) Service() string { return "appconfig" }

// Operation implements StandIn.
func (*AppConfig) Operation(r *http.Request, _ []byte) string { return readAppConfigPath(r).operation }

// Serve applies the call. Events it causes go to OnEvent's function, or wait for TakeEvents.
func (a *AppConfig) Serve(c Call) Answer {
	a.mu.Lock()
	req := readAppConfigPath(c.Request)
	req.actor, req.body = c.Actor, c.Body
	serve := map[string]func(appConfigRequest) restReply{
		"StartDeployment":         a.startDeployment,
		"GetDeployment":           a.getDeployment,
		"ListDeployments":         a.listDeployments,
		"StopDeployment":          a.stopDeployment,
		"GetApplication":          a.getApplication,
		"ListApplications":        a.listApplications,
		"GetEnvironment":          a.getEnvironment,
		"ListEnvironments":        a.listEnvironments,
		"GetConfigurationProfile": a.getProfile,
		"GetDeploymentStrategy":   a.getStrategy,
	}[req.operation]
	reply := restReply{refused: refuse(http.StatusNotFound, "UnknownOperationException", "")}
	resource := "*"
	if serve != nil {
		reply, resource = serve(req), a.arn(req.path...)
	}
	deliver, caused := a.events.heard()
	a.mu.Unlock()
	for _, event := range caused {
		deliver(event)
	}
	return reply.answer(resource)
}

// appConfigRequest is what the path, query and headers of a call say.
type appConfigRequest struct {
	operation                string
	path                     []string // the resource IAM checks, as pairs of kind and id
	application, environment string
	profile, strategy        string
	number                   int
	allowRevert              bool
	query                    url.Values
	actor                    string
	body                     []byte
}

// readAppConfigPath names the operation by method and path. IAM checks the resource the path names: of a list the one
// that is listed in (service authorization reference).
func readAppConfigPath(r *http.Request) appConfigRequest {
	req := appConfigRequest{query: r.URL.Query()}
	req.allowRevert = r.Header.Get("Allow-Revert") == "true"
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	shape := make([]string, 0, len(parts))
	for i, part := range parts {
		if i%2 == 0 {
			shape = append(shape, part)
			continue
		}
		shape = append(shape, "*")
		plain, err := url.PathUnescape(part)
		if err != nil {
			return req
		}
		req.take(parts[i-1], plain)
	}
	const in = "applications/*/environments/*/deployments"
	req.operation = map[string]string{
		"POST " + in:                                 "StartDeployment",
		"GET " + in:                                  "ListDeployments",
		"GET " + in + "/*":                           "GetDeployment",
		"DELETE " + in + "/*":                        "StopDeployment",
		"GET applications":                           "ListApplications",
		"GET applications/*":                         "GetApplication",
		"GET applications/*/environments":            "ListEnvironments",
		"GET applications/*/environments/*":          "GetEnvironment",
		"GET applications/*/configurationprofiles/*": "GetConfigurationProfile",
		"GET deploymentstrategies/*":                 "GetDeploymentStrategy",
	}[r.Method+" "+strings.Join(shape, "/")]
	return req
}

// take reads one pair of the path.
func (r *appConfigRequest) take(kind, id string) {
	switch kind {
	case "applications":
		r.application = id
	case "environments":
		r.environment = id
	case "configurationprofiles":
		r.profile = id
	case "deploymentstrategies":
		r.strategy = id
	case "deployments":
		number, err := strconv.Atoi(id)
		if err != nil {
			number = -1 // there is no such deployment
		}
		r.number = number
	}
	one := map[string]string{"configurationprofiles": "configurationprofile", "deploymentstrategies": "deploymentstrategy"}[kind]
	if one == "" {
		one = strings.TrimSuffix(kind, "s")
	}
	r.path = append(r.path, one, id)
}

// arn is the ARN of a path; IAM knows no resource for a list of applications.
func (a *AppConfig) arn(path ...string) string {
	if len(path) == 0 {
		return "*"
	}
	return "arn:aws:appconfig:" + a.region + ":" + a.account + ":" + strings.Join(path, "/")
}

// TakeEvents returns the events that API calls have caused since it was last asked, in order.
func (a *AppConfig) TakeEvents() []json.RawMessage {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.events.take()
}

// OnEvent hands each event that an API call causes to deliver, after the call was applied and before it is answered.
func (a *AppConfig) OnEvent(deliver func(json.RawMessage)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.events.deliver = deliver
}

// RollbackLag sets how many reads of a deployment show ROLLING_BACK before it is ROLLED_BACK; 1 at first.
func (a *AppConfig) RollbackLag(reads int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rollbackLag = reads
}
