package ui

import (
	"context"
	"errors"

	"khadamat/internal/platform/errs"
)

// Problems are the complaints about a form that was sent, in the reader's words.
type Problems struct {
	General string            // about the form as a whole; empty where the fields say it all
	Fields  map[string]string // by input name
}

// ProblemsOf translates an error for the form that caused it. nil has no problems.
func ProblemsOf(ctx context.Context, err error) Problems {
	known, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return Problems{}
	}
	problems := Problems{Fields: make(map[string]string, len(known.Fields))}
	for _, field := range known.Fields {
		if _, first := problems.Fields[field.Name]; !first {
			problems.Fields[field.Name] = T(ctx, field.Key, field.Args)
		}
	}
	problems.General = T(ctx, known.Key, known.Args)
	return problems
}

// Of returns the complaint about an input, or "".
func (p Problems) Of(name string) string { return p.Fields[name] }

// Any says whether there is anything to complain about.
func (p Problems) Any() bool { return p.General != "" || len(p.Fields) > 0 }

// Refused says whether an error is about what the reader sent, so that the form is shown again with its values kept; any other
// error deserves a page of its own.
func Refused(err error) bool {
	switch errs.CodeOf(err) {
	case errs.Invalid, errs.Conflict:
		return true
	}
	return false
}
