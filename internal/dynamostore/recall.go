package dynamostore

import (
	"sync"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// recalled is how many releases a store has in mind, a few kilobytes each.
const recalled = 512

// recall spares reading a doc that was read or written a moment ago: in a storm
// the same few releases come again and again. What a release is in the table is
// always read there; only if its doc is the very same is it not decoded anew.
type recall struct {
	mu sync.Mutex
	by map[worker.Ref]known
}

// known is a doc, and the release it is.
type known struct {
	doc     string
	release statemachine.Release
}

// decode is the release of an item, a copy that is the caller's own.
func (c *recall) decode(in releaseItem) (statemachine.Release, error) {
	ref := worker.Ref{Canary: in.Canary, ID: in.Release}
	c.mu.Lock()
	have := c.by[ref]
	c.mu.Unlock()
	if have.doc == in.Doc && in.Doc != "" {
		return have.release.Clone(), nil
	}
	r, err := in.decode()
	if err == nil {
		c.keep(known{in.Doc, r})
	}
	return r, err
}

// keep takes a copy.
func (c *recall) keep(k known) {
	ref := worker.Ref{Canary: k.release.Canary, ID: k.release.ID}
	k.release = k.release.Clone()
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, has := c.by[ref]; !has && len(c.by) >= recalled {
		for other := range c.by { // any
			delete(c.by, other)
			break
		}
	}
	if c.by == nil {
		c.by = map[worker.Ref]known{}
	}
	c.by[ref] = k
}
