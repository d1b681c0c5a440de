package canaryfile

import (
	"strings"

	"github.com/serinhq/serin/statemachine"
)

// staticSiteBlock is a static site whose pages read canary-config.json, from a
// bucket or through a function that reads a key value store.
type staticSiteBlock struct {
	Bucket       bucketName       `json:"bucket,omitempty" jsonschema:"oneof_required=bucket" jsonschema_description:"The bucket the config object is in; or keyValueStore."`
	Store        keyValueStoreARN `json:"keyValueStore,omitempty" jsonschema:"oneof_required=keyValueStore" jsonschema_description:"The ARN of the CloudFront key value store the config is a value in; or bucket. With it only key and version."`
	Key          objectKey        `json:"key,omitempty" jsonschema_description:"The config's key, in the bucket or in the store. Default canary-config.json."`
	Region       regionName       `json:"region,omitempty" jsonschema_description:"The bucket's region. Default: the worker's own."`
	Assets       assetKey         `json:"assets,omitempty" jsonschema_description:"The key, in the same bucket, of a file that every version has, with {version} in it: a release whose version has none is refused."`
	Distribution distributionID   `json:"distribution,omitempty" jsonschema_description:"The id of a CloudFront distribution in which the config is invalidated after each write, to make it show sooner."`
	Path         invalidationPath `json:"path,omitempty" jsonschema_description:"The config's path in the distribution. Default: / and the key."`
	Version      version          `json:"version,omitempty" jsonschema_description:"What to release: the version's place among the assets, or the output variable of an action. With a manual trigger it may be left to serin start --version."`
}

const (
	usualConfig objectKey = "canary-config.json"
	// versionPlace stands for the version in a key.
	versionPlace string = "{version}"
)

func (b *staticSiteBlock) check(d *decoder, path string) {
	bucket, store := d.has(join(path, "bucket")), d.has(join(path, "keyValueStore"))
	if !bucket && !store {
		d.fail(path, "bucket is missing; expected the bucket the config object is in, or keyValueStore: with the ARN of a CloudFront key value store")
	}
	for _, key := range []string{"bucket", "region", "assets", "distribution", "path"} {
		if store && d.has(join(path, key)) {
			d.fail(join(path, key), "%s must not stand beside keyValueStore: it is of a config in a bucket", key)
		}
	}
	if d.has(join(path, "path")) && !store && !d.has(join(path, "distribution")) {
		d.fail(join(path, "path"), "path must stand beside distribution: it says what to invalidate there")
	}
	if b.Assets != "" && string(b.Assets) == string(orDefault(b.Key, usualConfig)) {
		d.fail(join(path, "assets"), "assets must be a version's file, not the config")
	}
}

func (b *staticSiteBlock) target() statemachine.TargetSpec {
	key := orDefault(b.Key, usualConfig)
	if b.Store != "" {
		return b.storeTarget(key)
	}
	path := invalidationPath("")
	if b.Distribution != "" {
		path = orDefault(b.Path, invalidationPath("/"+key))
	}
	config := struct {
		Bucket       bucketName       `json:"bucket"`
		Key          objectKey        `json:"key"`
		Region       regionName       `json:"region,omitempty"`
		Assets       assetKey         `json:"assets,omitempty"`
		Distribution distributionID   `json:"distribution,omitempty"`
		Path         invalidationPath `json:"path,omitempty"`
	}{b.Bucket, key, b.Region, b.Assets, b.Distribution, path}
	return b.spec(string(b.Bucket), key, config)
}

// storeTarget is the target of a config in a key value store.
func (b *staticSiteBlock) storeTarget(key objectKey) statemachine.TargetSpec {
	_, id, _ := strings.Cut(string(b.Store), "/")
	return b.spec(id, key, struct {
		Store keyValueStoreARN `json:"keyValueStore"`
		Key   objectKey        `json:"key"`
	}{b.Store, key})
}

// spec names a config by what it is in and its key, which is left out where it is
// the usual one.
func (b *staticSiteBlock) spec(in string, key objectKey, config any) statemachine.TargetSpec {
	id := in + "/" + string(key)
	return statemachine.TargetSpec{ID: id, Name: strings.TrimSuffix(id, "/"+string(usualConfig)), Version: string(b.Version), Config: configJSON(config)}
}

// keyValueStoreARN names a CloudFront key value store.
type keyValueStoreARN string

func (keyValueStoreARN) rule() rule {
	return rule{
		pattern: `^arn:aws[a-z-]*:cloudfront::[0-9]{12}:key-value-store/[A-Za-z0-9-]+$`,
		expects: "the ARN of a CloudFront key value store (…:key-value-store/…)",
	}
}

// bucketName names an S3 bucket (S3 User Guide, bucket naming rules).
type bucketName string

func (bucketName) rule() rule {
	return rule{pattern: `^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, expects: "a bucket's name"}
}

// objectKey names an object.
type objectKey string

func (objectKey) rule() rule {
	return rule{pattern: `^[A-Za-z0-9!_.*'()-][A-Za-z0-9!_.*'()/-]{0,511}$`, expects: "an object's key, without a / before it"}
}

// regionName names a region.
type regionName string

func (regionName) rule() rule {
	return rule{pattern: `^[a-z]{2}(-[a-z]+)+-[0-9]$`, expects: "an AWS region such as eu-central-1"}
}

// assetKey names a file of each version.
type assetKey string

func (assetKey) rule() rule {
	return rule{
		pattern: `^[A-Za-z0-9!_.*'(){][A-Za-z0-9!_.*'()/{}-]*\{version\}[A-Za-z0-9!_.*'()/-]*$|^\{version\}[A-Za-z0-9!_.*'()/-]*$`,
		expects: "a key with " + versionPlace + " in it, such as releases/" + versionPlace + "/app.js",
	}
}

// invalidationPath is a path to invalidate.
type invalidationPath string

func (invalidationPath) rule() rule {
	return rule{pattern: `^/[A-Za-z0-9!_.*'()/-]{0,511}$`, expects: "a path that begins with /"}
}
