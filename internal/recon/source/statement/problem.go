package statement

import (
	"errors"
	"unicode/utf8"

	"khadamat/internal/recon/source"
)

// maxValue is how many letters of a broken value a problem shows.
const maxValue = 100

// problem is what is wrong with a field at a line; its message may use all three.
func problem(key string, line int, field, value string) *source.Problem {
	value = shorten(value)
	return &source.Problem{Key: key, Line: line, Column: field, Value: value,
		Args: map[string]any{"Line": line, "Field": field, "Value": value}}
}

// missing says that a field does not come where the format needs it, mostly because the file was cut.
func missing(line int, field string) *source.Problem {
	return problem("recon_statement.missing", line, field, "")
}

// unreadable says what is wrong with an amount or a date that did not parse.
func unreadable(err error, line int, field, value string) *source.Problem {
	switch {
	case errors.Is(err, errDecimals):
		return problem("recon_statement.decimals", line, field, value)
	case errors.Is(err, errDate):
		return problem("recon_statement.date", line, field, value)
	case errors.Is(err, errDirection):
		return problem("recon_statement.direction", line, field, value)
	case errors.Is(err, errCurrency):
		return problem("recon_statement.currency", line, field, value)
	}
	return problem("recon_statement.amount", line, field, value)
}

func shorten(s string) string {
	s = string(appendClean(nil, s))
	if utf8.RuneCountInString(s) <= maxValue {
		return s
	}
	return string([]rune(s)[:maxValue])
}
