package bench_test

import (
	"bytes"
	"fmt"
	"math"
)

// units are what calls cost on demand (DynamoDB developer guide, "Read and write requests"): a read unit is 4 KB read
// consistently, half of one otherwise; a write unit is 1 KB written, two of them in a transaction, and one for each
// index the item is in, two where its place in the index moves.
type units struct{ Read, Write, Index float64 }

func (u *units) read(size int, consistent bool) {
	n := max(1, math.Ceil(float64(size)/4096))
	if !consistent {
		n /= 2
	}
	u.Read += n
}

func (u *units) write(was, is *row, factor float64) {
	kb := max(1, math.Ceil(float64(max(was.size(), is.size()))/1024))
	u.Write += kb * factor
	for _, key := range [][2]string{{"phase", "updated_at"}, {"wake_shard", "wake_at"}, {"attention", "attention_since"}} {
		before, after := place(was, key), place(is, key)
		switch {
		case before == nil && after == nil:
		case before != nil && after != nil && !bytes.Equal(before, after):
			u.Index += 2 * kb
		default:
			u.Index += kb
		}
	}
}

// place is where an item stands in an index; nil: it is not in it.
func place(r *row, key [2]string) []byte {
	if r == nil || r.item[key[0]] == nil || r.item[key[1]] == nil {
		return nil
	}
	return append(bytes.Clone(r.item[key[0]]), r.item[key[1]]...)
}

// String is one line for a price list.
func (u units) String() string {
	return fmt.Sprintf("read request units %.1f, write request units %.0f on the table and %.0f on its indexes\n", u.Read, u.Write, u.Index)
}

// spent is what calls cost since the last time.
func (t *table) spent() units {
	t.mu.Lock()
	defer t.mu.Unlock()
	was := t.cost
	t.cost = units{}
	return was
}
