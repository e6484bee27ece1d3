// Package i18n turns message keys, numbers, money and times into what a reader of French, Arabic or English expects to see. It
// knows no message of its own beyond the words of time ("3 minutes ago"); the texts live in internal/texts.
package i18n

import (
	"strconv"
	"strings"
)

// Language is one of the languages that everything is written in.
type Language string

// The closed set of languages. French is the default.
const (
	French  Language = "fr"
	Arabic  Language = "ar"
	English Language = "en"
)

// Languages are all languages, the default first, in the order that a person is offered them.
var Languages = []Language{French, Arabic, English}

// Parse returns the language whose code is s, exactly as it stands in addresses ("fr"), and whether there is one.
func Parse(s string) (Language, bool) {
	for _, l := range Languages {
		if s == string(l) {
			return l, true
		}
	}
	return "", false
}

// Direction returns "rtl" for a language that is written from right to left, else "ltr", as the dir attribute wants it.
func (l Language) Direction() string {
	if l == Arabic {
		return "rtl"
	}
	return "ltr"
}

// maxAcceptLanguageBytes bounds what Match reads: browsers send far less, and the header is anybody's to fill.
const maxAcceptLanguageBytes = 512

// Match returns the language that an Accept-Language header likes best (RFC 9110, 12.5.4; the earlier one where two weigh the
// same), and French where it likes none of ours.
func Match(acceptLanguage string) Language {
	if len(acceptLanguage) > maxAcceptLanguageBytes {
		acceptLanguage = acceptLanguage[:maxAcceptLanguageBytes]
	}
	best, bestWeight := French, 0.0
	for part := range strings.SplitSeq(acceptLanguage, ",") {
		tag, parameter, hasParameter := strings.Cut(strings.TrimSpace(part), ";")
		language, ok := ofTag(strings.TrimSpace(tag))
		if !ok {
			continue
		}
		weight := 1.0
		if hasParameter {
			weight = parseWeight(parameter)
		}
		if weight > bestWeight {
			best, bestWeight = language, weight
		}
	}
	return best
}

// ofTag reads a language range such as "fr-MA". Moroccan and other spoken Arabic are served by the written one.
func ofTag(tag string) (Language, bool) {
	primary, _, _ := strings.Cut(tag, "-")
	switch strings.ToLower(primary) {
	case "fr":
		return French, true
	case "ar", "ary", "arq", "arz", "aeb", "apc", "acm", "afb":
		return Arabic, true
	case "en":
		return English, true
	}
	return "", false
}

// parseWeight reads "q=0.8". What is not a weight between 0 and 1 counts as 0: it was not asked for in a way we understand.
func parseWeight(parameter string) float64 {
	name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
	if !strings.EqualFold(strings.TrimSpace(name), "q") {
		return 1
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || !(weight >= 0 && weight <= 1) {
		return 0
	}
	return weight
}
