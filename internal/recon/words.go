package recon

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/rules"
	"khadamat/internal/recon/source"
	"khadamat/internal/texts"
)

// Explain says in the reader's language what is wrong with a file, or with a ruleset: where, what, and what to do about it.
func Explain(language i18n.Language, err error) string {
	catalog := texts.Catalog()
	var rule *rules.Problem
	var problem *source.Problem
	switch {
	case errors.As(err, &rule):
		problem = &source.Problem{Key: "recon_engine.reason", Args: map[string]any{"Reason": rule.In(language)}, Line: rule.Line}
	case errors.As(err, &problem):
	case errors.Is(err, fs.ErrNotExist):
		return catalog.T(language, "recon_engine.no_file", nil)
	case errors.Is(err, fs.ErrPermission):
		return catalog.T(language, "recon_engine.no_access", nil)
	default:
		return err.Error()
	}
	var places []string
	add := func(key, name, value string) {
		if value != "" && value != "0" {
			places = append(places, catalog.T(language, key, map[string]any{name: value}))
		}
	}
	add("recon.at_line", "Line", strconv.Itoa(problem.Line))
	add("recon.at_row", "Row", strconv.Itoa(problem.Row))
	add("recon.at_column", "Column", problem.Column)
	add("recon.at_value", "Value", problem.Value)
	text := catalog.T(language, problem.Key, problem.Args)
	if _, told := problem.Args["Line"]; told || len(places) == 0 {
		return text // which names the place itself
	}
	return strings.Join(places, ", ") + ": " + text
}
