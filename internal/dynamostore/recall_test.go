package dynamostore

import "testing"

func TestRecall_hasNoMoreInMindThanItsShare(t *testing.T) {
	var mind recall
	r := someRelease()
	for i := range 2 * recalled {
		r.ID = tenDigits(int64(i))
		mind.keep(known{"the doc", r})
	}
	if len(mind.by) != recalled {
		t.Errorf("%d releases in mind, want %d", len(mind.by), recalled)
	}
}
