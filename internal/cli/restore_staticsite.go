package cli

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/serinhq/serin/statemachine"
)

// restoreStaticSite writes what the config said of its versions, and the next rev.
// An upload replaces an object's headers, so the two that matter are said again.
func restoreStaticSite(spec statemachine.TargetSpec, back statemachine.Split, region string) (string, error) {
	var config struct{ Bucket, KeyValueStore, Key, Region, Distribution, Path string }
	if err := json.Unmarshal(spec.Config, &config); err != nil {
		return "", fmt.Errorf("read the target's config: %w", err)
	}
	canary := any(back.Canary)
	if back.Canary == "" {
		canary = nil
	}
	versions, err := json.Marshal([]any{back.Stable, canary})
	if err != nil {
		return "", fmt.Errorf("write the versions: %w", err)
	}
	program := string(versions) + " as [$s, $c] | .stable = $s | .canary = $c | .percentage = " +
		strconv.FormatFloat(back.WeightPct, 'f', -1, 64) + " | .rev += 1"
	if config.KeyValueStore != "" {
		return restoreSiteStore(config.KeyValueStore, config.Key, program), nil
	}
	in := cmp.Or(config.Region, region)
	object := "s3://" + config.Bucket + "/" + config.Key
	head := shell("aws", "s3api", "head-object", "--region", in, "--bucket", config.Bucket, "--key", config.Key, "--query", "CacheControl", "--output", "text")
	// What could not be read is not written: an empty config would be put in its place.
	line := `config="$(` + shell("aws", "s3", "cp", "--region", in, object, "-") + " | " + shell("jq", program) + `)" && [ -n "$config" ] && ` +
		`printf '%s\n' "$config" | ` +
		shell("aws", "s3", "cp", "--region", in, "-", object, "--content-type", "application/json", "--cache-control") + ` "$(` + head + `)"`
	if config.Distribution != "" {
		line += " && " + shell("aws", "cloudfront", "create-invalidation", "--distribution-id", config.Distribution, "--paths", config.Path)
	}
	return line, nil
}

// restoreSiteStore puts what a program makes of a key's value, with the store's ETag
// from before it was read (API PutKey). Short, as a value has no room for spaces.
func restoreSiteStore(store, key, program string) string {
	at := func(call string, more ...string) string {
		return shell(append([]string{"aws", "cloudfront-keyvaluestore", call, "--kvs-arn", store}, more...)...)
	}
	etag := at("describe-key-value-store", "--query", "ETag", "--output", "text")
	value := at("get-key", "--key", key, "--query", "Value", "--output", "text") + " | " + shell("jq", "-c", program)
	return `etag="$(` + etag + `)" && value="$(` + value + `)" && [ -n "$value" ] && ` + at("put-key", "--key", key, "--if-match") + ` "$etag" --value "$value"`
}
