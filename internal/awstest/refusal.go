package awstest

import (
	"encoding/base64"
	"strconv"
)

// The actors the ledger shows for changes that no signed call made.
const (
	// SetupActor made the world before the run: CreateAlias, CreateRule, ….
	SetupActor = "setup"
	// ForeignActor is somebody else who changes a target while a release runs: SetAlias, SetRule, ….
	ForeignActor = "foreign"
)

// refusal is an answer that is an error, before a protocol words it. A nil *refusal means the call is granted.
type refusal struct {
	status  int
	code    string
	message string
}

func refuse(status int, code, message string) *refusal {
	return &refusal{status: status, code: code, message: message}
}

// page cuts items from marker on and returns the marker of the rest, empty at the end. It reports false for a marker
// it never gave out.
func page[T any](items []T, marker string, size int) ([]T, string, bool) {
	from := 0
	if marker != "" {
		raw, err := base64.URLEncoding.DecodeString(marker)
		if err != nil {
			return nil, "", false
		}
		from, err = strconv.Atoi(string(raw))
		if err != nil || from < 0 || from > len(items) {
			return nil, "", false
		}
	}
	end := min(from+size, len(items))
	if end == len(items) {
		return items[from:], "", true
	}
	return items[from:end], base64.URLEncoding.EncodeToString([]byte(strconv.Itoa(end))), true
}
