package awstest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// InvalidationState is an invalidation that was made, as the ledger keeps it (kind "invalidation").
type InvalidationState struct {
	// CallerReference is what makes a repeat of it no second one.
	CallerReference string
	// Paths are what is invalidated, sorted.
	Paths []string
}

// invalidation is one invalidation and its progress.
type invalidation struct {
	id      string
	state   InvalidationState
	made    time.Time
	pending int // reads that still show InProgress
}

// pathsInProgress is how many paths of a distribution may be under way at once (AWS note 3.6).
const pathsInProgress = 3000

func (v *invalidation) document() xmlNode {
	status := "Completed"
	if v.pending > 0 {
		status = "InProgress"
	}
	var items []xmlNode
	for _, p := range v.state.Paths {
		items = append(items, leaf("Path", p))
	}
	return element("Invalidation",
		leaf("Id", v.id), leaf("Status", status), leaf("CreateTime", v.made.UTC().Format(time.RFC3339)),
		element("InvalidationBatch",
			element("Paths", leaf("Quantity", strconv.Itoa(len(items))), element("Items", items...)), leaf("CallerReference", v.state.CallerReference)))
}

// createInvalidation answers a repeat of the same reference and paths with the invalidation it made before, and refuses
// the same reference with other paths (AWS note 3.6).
func (f *CloudFront) createInvalidation(req cloudFrontRequest) xmlReply {
	d, refused := f.findDistribution(req.id)
	want := InvalidationState{CallerReference: req.body.text("CallerReference")}
	if items := req.body.node("Paths", "Items"); items != nil {
		for _, p := range items.Nodes {
			want.Paths = append(want.Paths, strings.TrimSpace(p.Text))
		}
	}
	slices.Sort(want.Paths)
	if refused == nil {
		refused = want.fits(req.body.text("Paths", "Quantity"))
	}
	if refused != nil {
		return xmlReply{refused: refused}
	}
	running := len(want.Paths)
	for _, v := range d.invalidations {
		if v.state.CallerReference == want.CallerReference {
			if !slices.Equal(v.state.Paths, want.Paths) {
				return xmlReply{refused: cloudFrontInvalid("Your request contains a caller reference that was used for a previous invalidation batch for the same distribution.")}
			}
			return xmlReply{status: http.StatusCreated, body: v.document()}
		}
		if v.pending > 0 {
			running += len(v.state.Paths)
		}
	}
	if running > pathsInProgress {
		return xmlReply{refused: refuse(http.StatusBadRequest, "TooManyInvalidationsInProgress",
			"You have exceeded the maximum number of allowable InProgress invalidation batch requests, or invalidation objects.")}
	}
	v := &invalidation{id: f.id("I"), state: want, made: f.clock(), pending: f.completeAfter}
	d.invalidations = append(d.invalidations, v)
	f.ledger.Append(req.actor, "invalidation", f.distributionARN(d.id), want)
	return xmlReply{status: http.StatusCreated, body: v.document()}
}

func (s InvalidationState) fits(quantity string) *refusal {
	switch {
	case quantity != strconv.Itoa(len(s.Paths)):
		return refuse(http.StatusBadRequest, "InconsistentQuantities", "The value of Quantity and the size of Items don't match.")
	case len(s.Paths) == 0 || s.CallerReference == "":
		return refuse(http.StatusBadRequest, "MissingBody", "This operation requires a body.")
	case len(s.Paths) > pathsInProgress:
		return refuse(http.StatusRequestEntityTooLarge, "BatchTooLarge", "Invalidation batch specified is too large.")
	}
	for _, p := range s.Paths {
		if !strings.HasPrefix(p, "/") {
			return cloudFrontInvalid("Your request contains one or more invalid invalidation paths.")
		}
	}
	return nil
}

func (f *CloudFront) getInvalidation(req cloudFrontRequest) xmlReply {
	d, refused := f.findDistribution(req.id)
	if refused != nil {
		return xmlReply{refused: refused}
	}
	for _, v := range d.invalidations {
		if v.id == req.sub {
			body := v.document()
			if v.pending > 0 {
				v.pending--
			}
			return xmlReply{body: body}
		}
	}
	return xmlReply{refused: refuse(http.StatusNotFound, "NoSuchInvalidation", "The specified invalidation does not exist.")}
}
