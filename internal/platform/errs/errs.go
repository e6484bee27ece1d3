// Package errs holds the one error type that domains return and that web and api map to an answer. What is not of this type is
// internal: logged with its cause, shown to people as nothing but an id.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Code says what kind of failure an error is. It decides the HTTP status and whether the text may be shown to people.
type Code string

// The closed set of codes.
const (
	Invalid         Code = "invalid"
	Unauthenticated Code = "unauthenticated"
	Forbidden       Code = "forbidden"
	NotFound        Code = "not_found"
	Conflict        Code = "conflict"
	Gone            Code = "gone"
	TooLarge        Code = "too_large"
	RateLimited     Code = "rate_limited"
	Unavailable     Code = "unavailable"
	Internal        Code = "internal"
)

// Args are the values that a message's placeholders take, by placeholder name.
type Args map[string]any

// Field is a complaint about one input. Name is the input's name on the wire and in the form, Key the message that says
// what is wrong and what to do.
type Field struct {
	Name string
	Key  string
	Args Args
}

// Error is a failure that a person can be told about: Key is a message key of the texts, never a sentence. Cause is for the
// log alone.
type Error struct {
	Code   Code
	Key    string
	Args   Args
	Fields []Field
	Cause  error
}

// New returns an error of the given code whose message is the text under key.
func New(code Code, key string) *Error { return &Error{Code: code, Key: key} }

// Wrap is New with the cause that the log shall show.
func Wrap(cause error, code Code, key string) *Error {
	return &Error{Code: code, Key: key, Cause: cause}
}

// With returns a copy of e that carries the arguments of its message.
func (e *Error) With(args Args) *Error {
	copied := *e
	copied.Args = args
	return &copied
}

// Error is for the log: the code, the key, the fields at fault and the cause.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", e.Code, e.Key)
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Key)
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// CodeOf returns the code of the first *Error in err's chain, Internal where there is none, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// Fields gathers complaints about inputs, so that a person is told all of them at once.
type Fields []Field

// Add records a complaint about the input called name.
func (f *Fields) Add(name, key string, args Args) {
	*f = append(*f, Field{Name: name, Key: key, Args: args})
}

// Check records a complaint about the input called name unless ok.
func (f *Fields) Check(ok bool, name, key string) {
	if !ok {
		f.Add(name, key, nil)
	}
}

// Err returns nil where nothing was recorded, else one Invalid error with all complaints.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Code: Invalid, Key: "error.invalid", Fields: f}
}
