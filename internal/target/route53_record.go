package target

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/serinhq/serin/internal/awserr"
	"github.com/serinhq/serin/worker"
)

// recordPair is the two records as they were read, in the file's order.
type recordPair struct {
	records [2]types.ResourceRecordSet
	others  []types.ResourceRecordSet // further records of the name and type
}

// read lists the records of the name and type. They come in order, from the one
// asked for on (API ListResourceRecordSets).
func (w *weightedRecords) read(ctx context.Context) (recordPair, error) {
	var pair recordPair
	found := 0
	pages := route53.NewListResourceRecordSetsPaginator(w.api, &route53.ListResourceRecordSetsInput{
		HostedZoneId: &w.Zone, StartRecordName: &w.Name, StartRecordType: types.RRType(w.Type), MaxItems: aws.Int32(100),
	})
	for ours := true; ours && pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return pair, awserr.Classify(listRecordsCall, w.zone, err)
		}
		for _, record := range page.ResourceRecordSets {
			if ours = w.named(record); !ours {
				break
			}
			switch aws.ToString(record.SetIdentifier) {
			case w.Sets[0]:
				pair.records[0], found = record, found+1
			case w.Sets[1]:
				pair.records[1], found = record, found+1
			default:
				pair.others = append(pair.others, record)
			}
		}
	}
	if found != 2 {
		return pair, failed(worker.ErrNotFound, listRecordsCall, w.Name, "%d of the records %s and %s of type %s are there", found, w.Sets[0], w.Sets[1], w.Type)
	}
	for _, record := range pair.records {
		if record.Weight == nil {
			return pair, failed(worker.ErrInvalid, listRecordsCall, w.Name, "record %s has no weight", aws.ToString(record.SetIdentifier))
		}
	}
	return pair, nil
}

// named reports whether a record is of the name and type. Route 53 tells names in
// lower case with a dot at the end, and an asterisk by its octal code.
func (w *weightedRecords) named(record types.ResourceRecordSet) bool {
	plain := func(name string) string {
		return strings.TrimSuffix(strings.ReplaceAll(strings.ToLower(name), `\052`, "*"), ".")
	}
	return plain(aws.ToString(record.Name)) == plain(w.Name) && string(record.Type) == w.Type
}

// token is the fence: what both records say.
func (p recordPair) token() string {
	text, err := json.Marshal(p.records)
	if err != nil {
		panic("target: a record set is not JSON: " + err.Error()) // it came as text and numbers
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func (p recordPair) weights() weightPair {
	return weightPair{*p.records[0].Weight, *p.records[1].Weight}
}

// replacedBy deletes both records as they are and creates them with other weights:
// the batch is applied whole, or not at all when a record is not as it says (API
// ChangeResourceRecordSets).
func (p recordPair) replacedBy(weights weightPair) []types.Change {
	var changes []types.Change
	for i := range p.records {
		changes = append(changes, types.Change{Action: types.ChangeActionDelete, ResourceRecordSet: &p.records[i]})
	}
	for i, record := range p.records {
		record.Weight = aws.Int64(weights[i])
		changes = append(changes, types.Change{Action: types.ChangeActionCreate, ResourceRecordSet: &record})
	}
	return changes
}

// lag is the time until no resolver has an old answer: a minute in Route 53
// (Developer Guide, "How fast changes propagate") and the longer TTL. An alias has
// that of what it points at, which is a minute for AWS's own.
func (p recordPair) lag() time.Duration {
	ttl := int64(0)
	for _, record := range p.records {
		if record.AliasTarget != nil {
			ttl = max(ttl, 60)
		}
		ttl = max(ttl, aws.ToInt64(record.TTL))
	}
	return time.Minute + time.Duration(ttl)*time.Second
}
