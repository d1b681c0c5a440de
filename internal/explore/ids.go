package explore

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// now is the loop's clock. Time passes at calls, and where the worker stood still:
// before its last reading ahead of a call, which is the one that the call's
// deadline is made from. What was checked with an earlier one may be over by then.
func (x *execution) now() time.Time {
	x.reads++
	if x.reads == x.stallAt {
		x.clock = x.stallTo
	}
	return at(x.clock)
}

// stall takes a standstill off the answers that are left.
func (x *execution) stall() {
	x.reads, x.stallAt = 0, 0
	if len(x.answers) > 0 && x.answers[0].of == callClock {
		x.stallAt, x.stallTo = x.answers[0].reads, x.answers[0].clock
		x.answers = x.answers[1:]
	}
}

// id is unique to worker, delivery and place; a release's begins with what it is
// made for, so that the hash need not know who made it.
func (x *execution) id() string {
	x.ids++
	by := fmt.Sprintf("w%d.%d.%d", x.worker, x.begin.delivery, x.ids)
	if x.created != "" {
		by = "R-" + x.created + "~" + by
		x.created = ""
	}
	return by
}

// opOf takes an op id apart again.
func opOf(id string) op {
	parts := strings.Split(strings.TrimPrefix(id, "w"), ".")
	if len(parts) != 3 {
		return op{worker: -1}
	}
	var n [3]int
	for i, p := range parts {
		n[i], _ = strconv.Atoi(p)
	}
	return op{n[0], n[1], n[2]}
}

// gateName and gateIndex: the nth execution of the pipeline.
func gateName(i int) string { return "e" + strconv.Itoa(i+1) }

// actionName is its run of the gate's action.
func actionName(i int) string { return "a-" + gateName(i) }

func gateIndex(execution string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(execution, "e"))
	return n - 1
}
