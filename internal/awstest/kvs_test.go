package awstest_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	kvs "github.com/aws/aws-sdk-go-v2/service/cloudfrontkeyvaluestore"
	"github.com/aws/aws-sdk-go-v2/service/cloudfrontkeyvaluestore/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

// bareHost has a client call a World without the account's subdomain, which an IP address cannot have.
type bareHost struct{ kvs.EndpointResolverV2 }

func (b bareHost) ResolveEndpoint(ctx context.Context, p kvs.EndpointParameters) (smithyendpoints.Endpoint, error) {
	e, err := b.EndpointResolverV2.ResolveEndpoint(ctx, p)
	if base, perr := url.Parse(aws.ToString(p.Endpoint)); perr == nil {
		e.URI.Host = base.Host
	}
	return e, err
}

// newStore is a store in a World of its own: the calls are signed for all regions, which only the front can read.
func newStore(t *testing.T, values map[string]string) (*awstest.World, *awstest.KeyValueStore, string, *kvs.Client) {
	t.Helper()
	w := awstest.Start(t, awstest.WithoutEngines())
	k := awstest.NewKeyValueStore(awstest.Account, w.Ledger(), w.Clock())
	w.Register(k)
	arn := k.CreateStore(values)
	api := kvs.NewFromConfig(w.Config("AKIDWORKER"), func(o *kvs.Options) {
		o.EndpointResolverV2 = bareHost{kvs.NewDefaultEndpointResolverV2()}
		o.Retryer = aws.NopRetryer{}
	})
	return w, k, arn, api
}

func TestKeyValueStore_everyWriteNeedsAndMovesTheStoresETag(t *testing.T) {
	w, k, arn, api := newStore(t, map[string]string{"stable": "42"})
	got, err := api.DescribeKeyValueStore(t.Context(), &kvs.DescribeKeyValueStoreInput{KvsARN: &arn})
	if err != nil || aws.ToInt32(got.ItemCount) != 1 {
		t.Fatalf("DescribeKeyValueStore: %+v, %v", got, err)
	}
	update := func(etag *string) (*kvs.UpdateKeysOutput, error) {
		return api.UpdateKeys(t.Context(), &kvs.UpdateKeysInput{
			KvsARN: &arn, IfMatch: etag, Puts: []types.PutKeyRequestListItem{{Key: aws.String("canary"), Value: aws.String("43")}, {Key: aws.String("percentage"), Value: aws.String("5")}},
		})
	}
	second, err := update(got.ETag)
	if err != nil || *second.ETag == *got.ETag || *second.ItemCount != 3 {
		t.Fatalf("UpdateKeys: %+v, %v", second, err)
	}
	_, err = update(got.ETag)
	wantCode(t, "an old ETag", err, "ConflictException")
	third, err := api.PutKey(t.Context(), &kvs.PutKeyInput{KvsARN: &arn, IfMatch: second.ETag, Key: aws.String("a/b"), Value: aws.String("x")})
	if err != nil {
		t.Fatal(err)
	}
	key, err := api.GetKey(t.Context(), &kvs.GetKeyInput{KvsARN: &arn, Key: aws.String("a/b")})
	if err != nil || *key.Value != "x" {
		t.Errorf("GetKey: %+v, %v", key, err)
	}
	k.SetKey(arn, "other", "release")
	_, err = api.DeleteKey(t.Context(), &kvs.DeleteKeyInput{KvsARN: &arn, IfMatch: third.ETag, Key: aws.String("a/b")})
	wantCode(t, "after another release's write", err, "ConflictException")
	want := map[string]string{"stable": "42", "canary": "43", "percentage": "5", "a/b": "x", "other": "release"}
	if diff := cmp.Diff(want, k.Store(arn).Values); diff != "" {
		t.Error(diff)
	}
	if c := w.Calls()[1]; c.Actor != "AKIDWORKER" || c.Actions()[0] != "cloudfront-keyvaluestore:UpdateKeys" || c.Resource != arn || c.Region != "*" {
		t.Errorf("recorded %s %v on %s in %s", c.Actor, c.Actions(), c.Resource, c.Region)
	}
}

func TestKeyValueStore_anUpdateIsWholeOrNothing(t *testing.T) {
	_, k, arn, api := newStore(t, map[string]string{"stable": "42"})
	before := k.Store(arn)
	update := func(in kvs.UpdateKeysInput) error {
		in.KvsARN, in.IfMatch = &arn, &before.ETag
		_, err := api.UpdateKeys(t.Context(), &in)
		return err
	}
	put := func(key, value string) types.PutKeyRequestListItem {
		return types.PutKeyRequestListItem{Key: &key, Value: &value}
	}
	many := make([]types.PutKeyRequestListItem, 51)
	for i := range many {
		many[i] = put(strings.Repeat("k", i+1), "v")
	}
	wantCode(t, "51 keys", update(kvs.UpdateKeysInput{Puts: many}), "ValidationException")
	wantCode(t, "a value of 2 KB", update(kvs.UpdateKeysInput{Puts: []types.PutKeyRequestListItem{put("a", "b"), put("c", strings.Repeat("v", 2048))}}), "ValidationException")
	wantCode(t, "a key that is not there", update(kvs.UpdateKeysInput{
		Puts: []types.PutKeyRequestListItem{put("a", "b")}, Deletes: []types.DeleteKeyRequestListItem{{Key: aws.String("nope")}},
	}), "ResourceNotFoundException")
	if diff := cmp.Diff(before, k.Store(arn)); diff != "" {
		t.Error(diff)
	}
	k.RefuseNext("DescribeKeyValueStore", "InternalServerException")
	_, err := api.DescribeKeyValueStore(t.Context(), &kvs.DescribeKeyValueStoreInput{KvsARN: &arn})
	wantCode(t, "DescribeKeyValueStore", err, "InternalServerException")
	k.DeleteStore(arn)
	_, err = api.GetKey(t.Context(), &kvs.GetKeyInput{KvsARN: &arn, Key: aws.String("stable")})
	wantCode(t, "a store that is gone", err, "ResourceNotFoundException")
}

func TestKeyValueStore_aThrottledAndADeniedCallLookAsTheServicesOwn(t *testing.T) {
	w, _, arn, api := newStore(t, nil)
	remove := w.Inject(awstest.Faults{Throttle: 1})
	_, err := api.DescribeKeyValueStore(t.Context(), &kvs.DescribeKeyValueStoreInput{KvsARN: &arn})
	wantCode(t, "throttled", err, "TooManyRequestsException")
	remove()
	w.Deny(func(c awstest.Call) bool { return c.Resource == arn && c.Request.Method == http.MethodGet })
	_, err = api.DescribeKeyValueStore(t.Context(), &kvs.DescribeKeyValueStoreInput{KvsARN: &arn})
	wantCode(t, "denied", err, "AccessDeniedException")
}
