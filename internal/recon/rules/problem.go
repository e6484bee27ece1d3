package rules

import (
	"fmt"
	"strings"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

// Problem is what is wrong at one place of a ruleset, and what to do about it.
type Problem struct {
	Key    string         `json:"key"`    // of the message
	Args   map[string]any `json:"args"`   // of the message
	Line   int            `json:"line"`   // from 1; 0: not known
	Column int            `json:"column"` // from 1; 0: not known
	Path   string         `json:"path"`   // "passes[2].date.days"; empty: the whole
}

// Error is for the log and for programs; people get In.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s at %d:%d", p.Key, p.Line, p.Column)
	if p.Path != "" {
		b.WriteString(" in " + p.Path)
	}
	for _, name := range []string{"Value", "Name", "Detail"} {
		if value, ok := p.Args[name]; ok {
			fmt.Fprintf(&b, " (%v)", value)
		}
	}
	return b.String()
}

// In says in a language what is wrong and what to do, without the place.
func (p *Problem) In(language i18n.Language) string {
	return texts.Catalog().T(language, p.Key, p.Args)
}

// spot is a place in a text.
type spot struct{ line, column int }

// Problem returns a problem of a part of the ruleset, by its path, with its place in the text that it was read from.
func (r *Ruleset) Problem(path, key string, args map[string]any) *Problem {
	path = r.within + path
	at := r.places[path]
	return &Problem{Key: key, Args: args, Line: at.line, Column: at.column, Path: path}
}
