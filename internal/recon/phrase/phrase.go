// Package phrase says in a reader's language what the signs of explanations stand for. A run writes signs ("=", "+12.50", "-3 d", "93 %"),
// since who will read them, and in which language, is not known by then.
package phrase

import (
	"regexp"
	"strings"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

// Field names what was compared: a column by its own name, the house's own notions in the reader's language.
func Field(language i18n.Language, name string) string {
	key, ok := map[string]string{
		"amount": "recon_phrase.amount",
		"date":   "recon_phrase.date",
		"prior":  "recon_phrase.prior",
		"*":      "recon_phrase.everything",
	}[name]
	if !ok {
		return name
	}
	return texts.Catalog().T(language, key, nil)
}

var (
	amountSign = regexp.MustCompile(`^[+-]\d+\.\d+$`)
	daysSign   = regexp.MustCompile(`^([+-])(\d+) d$`)
	shareSign  = regexp.MustCompile(`^(\d+) %(?:, -?\d+ bits)?$`)
	sumSign    = regexp.MustCompile(`^Σ (\d+) = Σ (\d+)(?: ([+-]\d+\.\d+))?$`)
)

// Finding says what a comparison found. What is no sign is returned as it is.
func Finding(language i18n.Language, sign string) string {
	say := func(key string, args map[string]any) string { return texts.Catalog().T(language, key, args) }
	switch {
	case sign == "=":
		return say("recon_phrase.equal", nil)
	case amountSign.MatchString(sign):
		return say("recon_phrase.difference", map[string]any{"Amount": decimal(language, sign)})
	}
	if m := daysSign.FindStringSubmatch(sign); m != nil {
		switch {
		case m[2] == "0":
			return say("recon_phrase.same_day", nil)
		case m[1] == "+":
			return say("recon_phrase.later", map[string]any{"Days": m[2]})
		}
		return say("recon_phrase.earlier", map[string]any{"Days": m[2]})
	}
	if m := shareSign.FindStringSubmatch(sign); m != nil {
		switch m[1] {
		case "0":
			return say("recon_phrase.no_words", nil)
		case "100":
			return say("recon_phrase.all_words", nil)
		}
		return say("recon_phrase.words", map[string]any{"Share": m[1]})
	}
	if m := sumSign.FindStringSubmatch(sign); m != nil {
		said := say("recon_phrase.sum", map[string]any{"Left": m[1], "Right": m[2]})
		if m[3] != "" {
			said += ", " + Finding(language, m[3])
		}
		return said
	}
	return sign
}

// Apart says what keeps two records apart, from signs joined by semicolons, each after the name of what was compared or alone.
func Apart(language i18n.Language, signs string) string {
	if signs == "" {
		return ""
	}
	parts := strings.Split(signs, "; ")
	for i, part := range parts {
		parts[i] = named(language, part)
	}
	return strings.Join(parts, "; ")
}

func named(language i18n.Language, part string) string {
	if said := Finding(language, part); said != part {
		return said
	}
	for at := range part {
		if part[at] != ' ' {
			continue
		}
		if said := Finding(language, part[at+1:]); said != part[at+1:] {
			return Field(language, part[:at]) + ": " + said
		}
	}
	return part
}

// decimal writes a signed amount with the decimal mark of the language.
func decimal(language i18n.Language, sign string) string {
	if language == i18n.French {
		sign = strings.Replace(sign, ".", ",", 1)
	}
	return strings.Replace(sign, "-", "−", 1)
}
