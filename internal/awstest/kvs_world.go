package awstest

import (
	"maps"
	"net/http"
)

// The methods of this file are the test's side of the key value stores. They panic on an ARN the test never got.

// CreateStore makes a store with these pairs and returns its ARN.
func (k *KeyValueStore) CreateStore(values map[string]string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := &keyValueStore{arn: "arn:aws:cloudfront::" + k.account + ":key-value-store/" + k.ids.uuid("store"), created: k.clock().Unix()}
	k.stores[s.arn] = s
	want := StoreState{Values: map[string]string{}}
	maps.Copy(want.Values, values)
	k.put(SetupActor, s, want)
	return s.arn
}

// Store returns what a store really holds.
func (k *KeyValueStore) Store(arn string) StoreState {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.must(arn).now.clone()
}

// SetKey is a foreign writer: it moves the store's ETag under everybody who read it.
func (k *KeyValueStore) SetKey(arn, key, value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.must(arn)
	want := s.now.clone()
	want.Values[key] = value
	k.put(ForeignActor, s, want)
}

// DeleteStore takes a store away: calls on it answer ResourceNotFoundException from now on.
func (k *KeyValueStore) DeleteStore(arn string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.stores, arn)
}

// KeepETagOnSameWrite makes an update that changes nothing leave the ETag unmoved.
func (k *KeyValueStore) KeepETagOnSameWrite(keep bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.sameTag = keep
}

// RefuseNext answers the next call of an operation with one of its documented errors: ("UpdateKeys",
// "ConflictException"). Several wait in line.
func (k *KeyValueStore) RefuseNext(operation, code string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	status := map[string]int{
		"ConflictException": http.StatusConflict, "ValidationException": http.StatusBadRequest, "InternalServerException": http.StatusInternalServerError,
		"ServiceQuotaExceededException": http.StatusPaymentRequired, "ResourceNotFoundException": http.StatusNotFound, "AccessDeniedException": http.StatusForbidden,
	}[code]
	if status == 0 || k.operations()[operation] == nil {
		panic("awstest: a key value store cannot refuse " + operation + " with " + code)
	}
	k.refused[operation] = append(k.refused[operation], refuse(status, code, "refused by the test"))
}

func (k *KeyValueStore) must(arn string) *keyValueStore {
	s := k.stores[arn]
	if s == nil {
		panic("awstest: no key value store " + arn)
	}
	return s
}

var _ StandIn = (*KeyValueStore)(nil)
