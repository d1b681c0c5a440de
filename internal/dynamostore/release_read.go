package dynamostore

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// releaseItem is what is read back of a release's item.
type releaseItem struct {
	Canary       string `dynamodbav:"canary"`
	Release      string `dynamodbav:"release"`
	Schema       int    `dynamodbav:"schema"`
	Rev          int64  `dynamodbav:"rev"`
	WakeAt       string `dynamodbav:"wake_at"`
	Doc          string `dynamodbav:"doc"`
	OpID         string `dynamodbav:"op_id"`
	SavedBy      string `dynamodbav:"saved_by"`
	AnnouncedSeq int64  `dynamodbav:"announced_seq"`
}

// releaseOf reads an item, and refuses one that a newer serin wrote, and one
// whose parts do not belong together: nobody may act on it.
func releaseOf(item map[string]types.AttributeValue) (worker.Stored, error) {
	var in releaseItem
	if err := unmarshal(item, &in); err != nil {
		return worker.Stored{}, fmt.Errorf("read a release's item: %w", err)
	}
	stored, err := in.stored()
	if err != nil {
		return worker.Stored{}, fmt.Errorf("read release %s/%s: %w", in.Canary, in.Release, err)
	}
	return stored, nil
}

func (in releaseItem) stored() (worker.Stored, error) {
	switch {
	case in.Schema > statemachine.Schema:
		return worker.Stored{}, fmt.Errorf("schema %d: %w", in.Schema, worker.ErrNewerSchema)
	case in.Schema < 1:
		return worker.Stored{}, fmt.Errorf("its item has no schema %d", in.Schema)
	}
	var r statemachine.Release
	if err := json.Unmarshal([]byte(in.Doc), &r); err != nil {
		return worker.Stored{}, fmt.Errorf("its doc: %w", err)
	}
	if r.Canary != in.Canary || r.ID != in.Release || r.Rev != in.Rev || r.Schema != in.Schema {
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
