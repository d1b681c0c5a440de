// Package event turns an EventBridge envelope, as SQS delivers it, into an event the loop knows: one file a source.
//
// It only reads the body. It knows no SDK, no release and no canary: whether an event concerns one is the loop's
// routing, and what it means is looked up, since events are hints. It must not trust a byte: a body is bounded, its
// keys match exactly, no key field of a decoded event is empty, and no error repeats more of a body than the few words
// that name its kind.
//
// The shapes are those of the EventBridge events reference and of each service's own guide.
package event
