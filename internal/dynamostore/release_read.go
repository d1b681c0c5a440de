package dynamostore

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// releaseItem is what is read back of a release's item.
type releaseItem struct {
	Canary, Release, WakeAt, Doc, OpID, SavedBy string
	Schema, Rev, AnnouncedSeq                   int64
}

// itemOf reads by hand what is read at every event: by reflection it would cost as
// much as all the rest of a decision.
func itemOf(item map[string]types.AttributeValue) (releaseItem, error) {
	r := reader{item: item}
	in := releaseItem{
		Canary: r.text("canary"), Release: r.text("release"), WakeAt: r.text(attrWakeAt),
		Doc: r.text(attrDoc), OpID: r.text(attrOpID), SavedBy: r.text("saved_by"),
		Schema: r.number("schema"), Rev: r.number(attrRev), AnnouncedSeq: r.number(attrAnnouncedSeq),
	}
	return in, r.err
}

// reader reads attributes one by one; what is not there is empty. It remembers the
// first that is of another type.
type reader struct {
	item map[string]types.AttributeValue
	err  error
}

func (r *reader) text(name string) string {
	switch value := r.item[name].(type) {
	case nil:
	case *types.AttributeValueMemberS:
		return value.Value
	default:
		r.fail(name, "is no text")
	}
	return ""
}

func (r *reader) number(name string) int64 {
	switch value := r.item[name].(type) {
	case nil:
	case *types.AttributeValueMemberN:
		n, err := strconv.ParseInt(value.Value, 10, 64)
		if err != nil {
			r.fail(name, "is no whole number")
		}
		return n
	default:
		r.fail(name, "is no number")
	}
	return 0
}

func (r *reader) fail(name, what string) {
	if r.err == nil {
		r.err = fmt.Errorf("its %s %s", name, what)
	}
}

// releaseOf reads an item, and refuses one that a newer serin wrote, and one
// whose parts do not belong together: nobody may act on it.
func releaseOf(item map[string]types.AttributeValue) (worker.Stored, error) {
	return storedOf(item, releaseItem.decode)
}

func storedOf(item map[string]types.AttributeValue, decode func(releaseItem) (statemachine.Release, error)) (worker.Stored, error) {
	in, err := itemOf(item)
	if err != nil {
		return worker.Stored{}, fmt.Errorf("read a release's item: %w", err)
	}
	stored, err := in.stored(decode)
	if err != nil {
		return worker.Stored{}, fmt.Errorf("read release %s/%s: %w", in.Canary, in.Release, err)
	}
	return stored, nil
}

func (in releaseItem) decode() (statemachine.Release, error) {
	var r statemachine.Release
	if err := json.Unmarshal([]byte(in.Doc), &r); err != nil {
		return r, fmt.Errorf("its doc: %w", err)
	}
	return r, nil
}

func (in releaseItem) stored(decode func(releaseItem) (statemachine.Release, error)) (worker.Stored, error) {
	switch {
	case in.Schema > statemachine.Schema:
		return worker.Stored{}, fmt.Errorf("schema %d: %w", in.Schema, worker.ErrNewerSchema)
	case in.Schema < 1:
		return worker.Stored{}, fmt.Errorf("its item has no schema %d", in.Schema)
	}
	r, err := decode(in)
	if err != nil {
		return worker.Stored{}, err
	}
	if r.Canary != in.Canary || r.ID != in.Release || r.Rev != in.Rev || int64(r.Schema) != in.Schema {
		return worker.Stored{}, errors.New("its doc and its attributes are not of one release at one rev")
	}
	wake, err := instant(in.WakeAt)
	if err != nil {
		return worker.Stored{}, fmt.Errorf("its wake_at: %w", err)
	}
	if r.Running() {
		r.WakeAt = wake
	}
	return worker.Stored{Release: r, OpID: in.OpID, AnnouncedSeq: in.AnnouncedSeq, SavedBy: in.SavedBy}, nil
}
