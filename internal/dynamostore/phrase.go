package dynamostore

import (
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// phrases are the saves that were put into words already. What there is to say of
// a release is the same few for thousands of saves.
type phrases struct {
	mu sync.Mutex
	by map[pattern]*phrase
}

// pattern says which of a save's attributes there are, in their order, and whether
// the release is new.
type pattern struct {
	has   [64]bool
	fresh bool
}

// phrase is a save but for its values. Nobody changes one.
type phrase struct {
	change, must string
	names        map[string]string
	// placeholders are those of the attributes, in their order.
	placeholders []string
	// rev and announced are those of the rev it was read at, and of no announcement.
	rev, announced string
}

func (p *phrases) of(a attributes, fresh bool) *phrase {
	key := pattern{fresh: fresh}
	for i, one := range a {
		key.has[i] = one.value != nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[pattern]*phrase{}
	}
	if p.by[key] == nil {
		p.by[key] = phraseOf(a, fresh)
	}
	return p.by[key]
}

func phraseOf(a attributes, fresh bool) *phrase {
	var w wording
	var p phrase
	for _, one := range a {
		p.placeholders = append(p.placeholders, w.value(one.name, nil))
	}
	p.announced = w.value(attrAnnouncedSeq, nil)
	announced := w.name(attrAnnouncedSeq)
	p.change = a.update(&w, announced+" = if_not_exists("+announced+", "+p.announced+")")
	if fresh {
		p.must = unmoved(0)(&w)
	} else {
		p.must = unmoved(1)(&w) // or whatever rev
		p.rev = w.value("was_"+attrRev, nil)
	}
	p.names = w.names
	return &p
}

// values are what the phrase is said of.
func (p *phrase) values(a attributes, wasRev int64) map[string]types.AttributeValue {
	values := make(map[string]types.AttributeValue, len(a)+2)
	for i, one := range a {
		if one.value != nil {
			values[p.placeholders[i]] = one.value
		}
	}
	values[p.announced] = number(0)
	if p.rev != "" {
		values[p.rev] = number(wasRev)
	}
	return values
}
