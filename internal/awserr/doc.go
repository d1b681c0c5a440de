// Package awserr turns errors of the AWS SDK into the sentinels of package
// worker: the one place that knows what an error code means. It must make no
// calls and know no service's client.
package awserr
