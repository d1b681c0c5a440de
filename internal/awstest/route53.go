package awstest

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Route53 answers Amazon Route 53 for the record sets of hosted zones and for changes (AWS note 3.11). moto calls every
// change INSYNC at once (AWS note 8).
//
// It answers no query: which record a resolver is told is not its matter, and health checks are only names.
type Route53 struct {
	ledger *Ledger
	clock  func() time.Time

	mu         sync.Mutex
	zones      []*hostedZone
	checks     map[string]bool // health checks
	changes    map[string]*zoneChange
	refusals   map[string][]*refusal // by operation
	syncReads  int
	heldInSync bool
	made       int
}

type hostedZone struct {
	id, name string
	records  []RecordSet
}

// zoneChange is what became of one batch.
type zoneChange struct {
	id      string
	at      time.Time
	pending int // reads of GetChange left until it is INSYNC
}

var _ StandIn = (*Route53)(nil)

// NewRoute53 returns a Route 53 without zones. A nil clock means time.Now. A change is INSYNC at the second look.
func NewRoute53(ledger *Ledger, clock func() time.Time) *Route53 {
	if clock == nil {
		clock = time.Now
	}
	return &Route53{
		ledger: ledger, clock: clock, checks: map[string]bool{}, changes: map[string]*zoneChange{},
		refusals: map[string][]*refusal{}, syncReads: 1,
	}
}

// Service is the signing name.
func (*Route53) Service() string { return "route53" }

// Operation names the operation by method and path.
func (*Route53) Operation(r *http.Request, _ []byte) string {
	operation, _ := readRoute53Path(r)
	return operation
}

// readRoute53Path names the operation and the id of the zone or change in the path.
func readRoute53Path(r *http.Request) (operation, id string) {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), "/2013-04-01/")
	if !ok {
		return "", ""
	}
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	if len(parts) < 2 {
		return "", ""
	}
	id, err := url.PathUnescape(parts[1])
	if err != nil {
		return "", ""
	}
	parts[1] = "*"
	return map[string]string{
		"POST hostedzone/*/rrset": "ChangeResourceRecordSets",
		"GET hostedzone/*/rrset":  "ListResourceRecordSets",
		"GET hostedzone/*":        "GetHostedZone",
		"GET change/*":            "GetChange",
	}[r.Method+" "+strings.Join(parts, "/")], id
}

// Serve applies the call. Route 53 is global: every region of the credential scope is the same account.
func (r *Route53) Serve(c Call) Answer {
	r.mu.Lock()
	defer r.mu.Unlock()
	operation, id := readRoute53Path(c.Request)
	resource := "arn:aws:route53:::hostedzone/" + id
	if operation == "GetChange" {
		resource = "arn:aws:route53:::change/" + id
	}
	serve := map[string]func(id string, c Call) (any, *refusal){
		"ChangeResourceRecordSets": r.changeRecords,
		"ListResourceRecordSets":   r.listRecords,
		"GetHostedZone":            r.getZone,
		"GetChange":                r.getChange,
	}[operation]
	if serve == nil {
		return route53Refusal(refuse(http.StatusNotFound, "UnknownOperationException", ""), "*")
	}
	if waiting := r.refusals[operation]; len(waiting) > 0 {
		r.refusals[operation] = waiting[1:]
		return route53Refusal(waiting[0], resource)
	}
	out, refused := serve(id, c)
	if refused != nil {
		return route53Refusal(refused, resource)
	}
	return Answer{Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/xml"}}, Body: xmlBytes(out), Resource: resource}
}

// route53Refusal words an error: InvalidChangeBatch has a root and a list of messages of its own.
func route53Refusal(r *refusal, resource string) Answer {
	answer := Answer{Status: r.status, Header: http.Header{"Content-Type": {"text/xml"}}, Resource: resource}
	if r.code == "InvalidChangeBatch" {
		answer.Body = xmlBytes(struct {
			XMLName   xml.Name `xml:"https://route53.amazonaws.com/doc/2013-04-01/ InvalidChangeBatch"`
			Messages  []string `xml:"Messages>Message"`
			RequestID string   `xml:"RequestId"`
		}{Messages: strings.Split(r.message, "\n"), RequestID: requestID()})
		return answer
	}
	answer.Body = xmlBytes(struct {
		XMLName   xml.Name `xml:"https://route53.amazonaws.com/doc/2013-04-01/ ErrorResponse"`
		Type      string   `xml:"Error>Type"`
		Code      string   `xml:"Error>Code"`
		Message   string   `xml:"Error>Message"`
		RequestID string   `xml:"RequestId"`
	}{Type: "Sender", Code: r.code, Message: r.message, RequestID: requestID()})
	return answer
}

func (r *Route53) zone(id string) (*hostedZone, *refusal) {
	for _, z := range r.zones {
		if z.id == id {
			return z, nil
		}
	}
	return nil, refuse(http.StatusNotFound, "NoSuchHostedZone", "No hosted zone found with ID: "+id)
}

func route53Invalid(message string) *refusal {
	return refuse(http.StatusBadRequest, "InvalidInput", message)
}
