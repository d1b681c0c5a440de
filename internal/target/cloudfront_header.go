package target

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/serinhq/serin/statemachine"
	"github.com/serinhq/serin/worker"
)

// A header that CloudFront adds for an origin is where people put the secret which
// that origin asks for (Developer Guide, "Add custom headers to origin requests").
// So the value of one is neither noted nor a part of a version, unless the file calls
// it plain. That a promotion loses none, the staging distribution must send them too;
// the way back takes them from what the primary one sends then.

// withheld is a header whose value is not noted.
type withheld struct {
	Origin string `json:"origin"`
	Header string `json:"header"`
	// From is the origin that has the value after a promotion: the same one, or one
	// that only the staging distribution has.
	From string `json:"from"`
}

// bare is a copy of a configuration without the values that are not plain.
func (c CloudFrontConfig) bare(config *types.DistributionConfig) *types.DistributionConfig {
	next := *config
	if config.Origins == nil {
		return &next
	}
	list := *config.Origins
	next.Origins, list.Items = &list, slices.Clone(list.Items)
	for i, origin := range list.Items {
		if origin.CustomHeaders != nil {
			headers := *origin.CustomHeaders
			headers.Items = slices.Clone(headers.Items)
			list.Items[i].CustomHeaders = &headers
		}
	}
	for _, h := range headers(&next) {
		if !c.plain(h) {
			h.HeaderValue = nil
		}
	}
	return &next
}

func (c CloudFrontConfig) plain(h *types.OriginCustomHeader) bool {
	return slices.ContainsFunc(c.PlainHeaders, func(name string) bool { return named(h, name) })
}

func named(h *types.OriginCustomHeader, name string) bool {
	return strings.EqualFold(aws.ToString(h.HeaderName), name)
}

// withhold tells where staging sends what bare takes from primary, and what it does
// not send, which a promotion would lose.
func (c CloudFrontConfig) withhold(primary, staging *types.DistributionConfig) (kept, lost []withheld) {
	for origin, h := range headers(primary) {
		if c.plain(h) {
			continue
		}
		w := withheld{Origin: origin, Header: aws.ToString(h.HeaderName)}
		for from, s := range headers(staging) {
			same := named(s, w.Header) && aws.ToString(s.HeaderValue) == aws.ToString(h.HeaderValue)
			if same && (from == origin || w.From == "" && !hasOrigin(primary, from)) {
				w.From = from
			}
		}
		if w.From == "" {
			lost = append(lost, w)
		} else {
			kept = append(kept, w)
		}
	}
	return kept, lost
}

// whole is the noted configuration with the values that now sends.
func (f cloudFrontForm) whole(now *types.DistributionConfig) (*types.DistributionConfig, error) {
	for origin, h := range headers(f.Primary) {
		for _, w := range f.Withheld {
			if w.Origin != origin || w.Header != aws.ToString(h.HeaderName) {
				continue
			}
			if h.HeaderValue = cmp.Or(sent(now, w.From, w.Header), sent(now, origin, w.Header)); h.HeaderValue == nil {
				return nil, failed(worker.ErrNotFound, distributionRead, w.From,
					"the distribution no longer sends header %s to this origin, and its value is kept nowhere else: have it sent again", w.Header)
			}
		}
	}
	return f.Primary, nil
}

// headers are those that config adds, each with the id of the origin it is for.
func headers(config *types.DistributionConfig) iter.Seq2[string, *types.OriginCustomHeader] {
	return func(yield func(string, *types.OriginCustomHeader) bool) {
		if config.Origins == nil {
			return
		}
		for _, origin := range config.Origins.Items {
			if origin.CustomHeaders == nil {
				continue
			}
			for i := range origin.CustomHeaders.Items {
				if !yield(aws.ToString(origin.Id), &origin.CustomHeaders.Items[i]) {
					return
				}
			}
		}
	}
}

// sent is the value of a header that config adds for an origin; nil: it adds none.
func sent(config *types.DistributionConfig, origin, header string) *string {
	for id, h := range headers(config) {
		if id == origin && named(h, header) {
			return h.HeaderValue
		}
	}
	return nil
}

func hasOrigin(config *types.DistributionConfig, id string) bool {
	return config.Origins != nil && slices.ContainsFunc(config.Origins.Items, func(o types.Origin) bool { return aws.ToString(o.Id) == id })
}

// losesHeaders are the problems of headers that a promotion would lose.
func (d *cloudFrontDistribution) losesHeaders(lost []withheld) []statemachine.Problem {
	var problems []statemachine.Problem
	for _, w := range lost {
		problems = append(problems, unfit("distribution %s sends origin %s a value of header %s that %s does not send: after a promotion nobody would know it; "+
			"have both send the same, or name the header in plainHeaders if its value is no secret", d.Distribution, w.Origin, w.Header, d.Staging))
	}
	return problems
}
