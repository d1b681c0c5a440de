package awstest

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// KeyValueStore answers the data calls of CloudFront's key value stores (AWS note 3.7). Each write needs the store-wide
// ETag, moves it, and is applied whole or not at all. The calls are signed with Signature Version 4A, for all regions.
//
// It knows no functions and no delay: usual propagation is seconds.
type KeyValueStore struct {
	account string
	mu      sync.Mutex
	ledger  *Ledger
	clock   func() time.Time
	stores  map[string]*keyValueStore // by ARN
	ids     emission                  // gives out identifiers only
	sameTag bool
	refused map[string][]*refusal // by operation, in line
}

// StoreState is what a key value store holds, as the ledger keeps it (kind "key-value-store").
type StoreState struct {
	// Values are the pairs.
	Values map[string]string
	// ETag is the opaque fence of this state.
	ETag string
}

// NewKeyValueStore returns the key value stores of one account, none at first. A nil clock means time.Now.
func NewKeyValueStore(account string, ledger *Ledger, clock func() time.Time) *KeyValueStore {
	if clock == nil {
		clock = time.Now
	}
	return &KeyValueStore{account: account, ledger: ledger, clock: clock, stores: map[string]*keyValueStore{}, refused: map[string][]*refusal{}}
}

// Service implements StandIn.
func (*KeyValueStore) Service() string { return "cloudfront-keyvaluestore" }

// Operation implements StandIn.
func (*KeyValueStore) Operation(r *http.Request, _ []byte) string { return readStorePath(r).operation }

// Serve implements StandIn.
func (k *KeyValueStore) Serve(c Call) Answer {
	k.mu.Lock()
	defer k.mu.Unlock()
	req := readStorePath(c.Request)
	req.actor, req.body = c.Actor, c.Body
	serve := k.operations()[req.operation]
	if serve == nil {
		return restReply{refused: refuse(http.StatusNotFound, "UnknownOperationException", "")}.answer("*")
	}
	if line := k.refused[req.operation]; len(line) > 0 {
		k.refused[req.operation] = line[1:]
		return restReply{refused: line[0]}.answer(req.arn)
	}
	store := k.stores[req.arn]
	if store == nil {
		return restReply{refused: storeNotFound("Key value store was not found: " + req.arn)}.answer(req.arn)
	}
	return serve(store, req).answer(req.arn)
}

func (k *KeyValueStore) operations() map[string]func(*keyValueStore, storeRequest) restReply {
	return map[string]func(*keyValueStore, storeRequest) restReply{
		"DescribeKeyValueStore": k.describe, "ListKeys": k.listKeys, "GetKey": k.getKey,
		"PutKey": k.putKey, "DeleteKey": k.deleteKey, "UpdateKeys": k.updateKeys,
	}
}

// storeRequest is what the path and header of a call say.
type storeRequest struct {
	operation string
	arn, key  string
	ifMatch   string
	query     url.Values
	actor     string
	body      []byte
}

func readStorePath(r *http.Request) storeRequest {
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i, p := range parts {
		if plain, err := url.PathUnescape(p); err == nil {
			parts[i] = plain
		}
	}
	req := storeRequest{ifMatch: r.Header.Get("If-Match"), query: r.URL.Query()}
	if len(parts) < 2 || len(parts) > 4 || parts[0] != "key-value-stores" {
		return req
	}
	req.arn = parts[1]
	shape := ""
	if len(parts) > 2 {
		shape += "/" + parts[2]
	}
	if len(parts) > 3 {
		req.key, shape = parts[3], shape+"/*"
	}
	req.operation = map[string]string{
		"GET ": "DescribeKeyValueStore", "GET /keys": "ListKeys", "POST /keys": "UpdateKeys",
		"GET /keys/*": "GetKey", "PUT /keys/*": "PutKey", "DELETE /keys/*": "DeleteKey",
	}[r.Method+" "+shape]
	return req
}

// ask decodes a call's JSON body.
func (r *storeRequest) ask(into any) *refusal {
	if err := json.Unmarshal(r.body, into); err != nil {
		return storeInvalid("The request body is not valid JSON")
	}
	return nil
}

// keyValueStoreResource is the store: its ARN carries the id, not the name (AWS note 3.7).
func keyValueStoreResource(c Call) string { return readStorePath(c.Request).arn }

func storeNotFound(message string) *refusal {
	return refuse(http.StatusNotFound, "ResourceNotFoundException", message)
}

func storeInvalid(message string) *refusal {
	return refuse(http.StatusBadRequest, "ValidationException", message)
}
