// Package browser holds the client-side canary: the loader that a site's pages
// include (serin-canary.mjs, and serin-canary.js for pages without modules) and
// the schema of the config that it reads. It has no Go code of its own; its
// tests run the loader in a real browser.
//
//go:generate go test . -run TestClassic -update
package browser
