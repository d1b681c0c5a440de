package awstest_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/serinhq/serin/internal/awstest"
)

const configKey = "shop/canary-config.json"

// newSite is a bucket with a canary's configuration in it.
func newSite(t *testing.T) (*awstest.S3, *awstest.Ledger, *s3.Client) {
	t.Helper()
	ledger := awstest.NewLedger(fixedClock)
	store := awstest.NewS3("123456789012", "us-east-1", ledger, fixedClock)
	store.CreateBucket("site")
	store.PutFile("site", configKey, `{"stable":"42"}`, map[string]string{"Cache-Control": "max-age=60", "Content-Type": "application/json"})
	return store, ledger, s3.NewFromConfig(alone(t, store, "AKIDWORKER"))
}

func putConfig(key, body string, change func(*s3.PutObjectInput)) *s3.PutObjectInput {
	in := &s3.PutObjectInput{Bucket: aws.String("site"), Key: &key, Body: strings.NewReader(body), CacheControl: aws.String("max-age=60")}
	change(in)
	return in
}

func TestS3_aConditionalWriteNeedsThePresentETag(t *testing.T) {
	store, _, api := newSite(t)
	got, err := api.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("site"), Key: aws.String(configKey)})
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil || string(body) != `{"stable":"42"}` || *got.CacheControl != "max-age=60" {
		t.Fatalf("GetObject: %s, %+v, %v", body, got, err)
	}
	write := func(body, etag string) (*s3.PutObjectOutput, error) {
		return api.PutObject(t.Context(), putConfig(configKey, body, func(in *s3.PutObjectInput) { in.IfMatch = &etag }))
	}
	second, err := write(`{"stable":"42","canary":"43"}`, *got.ETag)
	if err != nil || *second.ETag == *got.ETag {
		t.Fatalf("PutObject: %+v, %v", second, err)
	}
	_, err = write("{}", *got.ETag)
	wantCode(t, "an old ETag", err, "PreconditionFailed")
	same, err := write(`{"stable":"42","canary":"43"}`, *second.ETag)
	if err != nil || *same.ETag != *second.ETag {
		t.Errorf("identical bytes have another ETag: %v", err)
	}
	store.RefuseNext("PutObject", "ConditionalRequestConflict")
	_, err = write("{}", *second.ETag)
	wantCode(t, "a concurrent write", err, "ConditionalRequestConflict")
	if resp := (*awshttp.ResponseError)(nil); !errors.As(err, &resp) || resp.HTTPStatusCode() != http.StatusConflict {
		t.Errorf("got %v, want 409", err)
	}
	if f, _ := store.File("site", configKey); f.Body != `{"stable":"42","canary":"43"}` || f.Header["Content-Type"] == "application/json" {
		t.Errorf("the object is %+v: an upload replaces all headers", f)
	}
}

func TestS3_conditionsTellAMissingFromAPresentObject(t *testing.T) {
	store, ledger, api := newSite(t)
	put := func(key string, change func(*s3.PutObjectInput)) error {
		_, err := api.PutObject(t.Context(), putConfig(key, "{}", change))
		return err
	}
	ifNone := func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") }
	wantCode(t, "creating what is there", put(configKey, ifNone), "PreconditionFailed")
	if err := put("new.json", ifNone); err != nil {
		t.Error(err)
	}
	wantCode(t, "changing what is not there", put("gone.json", func(in *s3.PutObjectInput) { in.IfMatch = aws.String(`"x"`) }), "NoSuchKey")
	_, err := api.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("site"), Key: aws.String("gone.json")})
	wantCode(t, "reading what is not there", err, "NoSuchKey")
	_, err = api.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String("site"), Key: aws.String("gone.json")})
	wantCode(t, "looking at what is not there", err, "NotFound")
	_, err = api.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("other"), Key: aws.String("a")})
	wantCode(t, "a bucket that is not there", err, "NoSuchBucket")
	if _, err := api.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String("site"), Key: aws.String("new.json")}); err != nil {
		t.Error(err)
	}
	if _, there := store.File("site", "new.json"); there {
		t.Error("the object is still there")
	}
	var got []string
	for _, c := range ledger.Changes() {
		state, _ := c.State.(awstest.ObjectState)
		got = append(got, c.Actor+" "+c.Resource+" "+state.Body)
	}
	want := []string{
		`setup arn:aws:s3:::site/shop/canary-config.json {"stable":"42"}`, "AKIDWORKER arn:aws:s3:::site/new.json {}", "AKIDWORKER arn:aws:s3:::site/new.json ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestS3_anEncryptedObjectsETagMovesWithTheSameBytes(t *testing.T) {
	store, _, api := newSite(t)
	store.EncryptBucket("site")
	var tags []string
	for range 2 {
		out, err := api.PutObject(t.Context(), putConfig(configKey, "{}", func(*s3.PutObjectInput) {}))
		if err != nil {
			t.Fatal(err)
		}
		tags = append(tags, *out.ETag)
	}
	if tags[0] == tags[1] {
		t.Error("the ETag did not move")
	}
}

func TestS3_aBucketThatWasAskedToTellsOfItsObjects(t *testing.T) {
	store, _, api := newSite(t)
	if events := store.SetFile("site", configKey, "{}", nil); len(events) != 0 {
		t.Errorf("nobody asked for %s", events)
	}
	store.NotifyEventBridge("site")
	var heard []json.RawMessage
	store.OnEvent(func(raw json.RawMessage) { heard = append(heard, raw) })
	out, err := api.PutObject(t.Context(), putConfig(configKey, `{"a":1}`, func(*s3.PutObjectInput) {}))
	if err != nil || len(heard) != 1 {
		t.Fatalf("heard %s, %v", heard, err)
	}
	var event struct {
		DetailType string `json:"detail-type"`
		Source     string
		Detail     struct {
			Bucket struct{ Name string }
			Object struct {
				Key, Etag string
				Size      int
			}
			Reason string
		}
	}
	if err := json.Unmarshal(heard[0], &event); err != nil {
		t.Fatal(err)
	}
	got := []any{event.DetailType, event.Source, event.Detail.Bucket.Name, event.Detail.Object.Key, event.Detail.Object.Size, event.Detail.Reason}
	if diff := cmp.Diff([]any{"Object Created", "aws.s3", "site", configKey, 7, "PutObject"}, got); diff != "" {
		t.Error(diff)
	}
	if want := strings.Trim(*out.ETag, `"`); event.Detail.Object.Etag != want {
		t.Errorf("etag %s, want %s", event.Detail.Object.Etag, want)
	}
}
