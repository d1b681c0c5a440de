// Package cli is the command line: one subcommand a file, each a function
// newXCommand that takes the [session]. It reads flags, asks package app for
// what a subcommand needs, and prints.
//
// It must not import AWS or an adapter, and decides nothing about a release:
// verbs go through the command queue, or with --here through the worker's loop.
package cli
