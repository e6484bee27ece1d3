// Package phrase says in a reader's language what the signs of explanations stand for. A run writes signs ("=", "+12.50", "-3 d", "93 %"),
// since who will read them, and in which language, is not known by then.
package phrase

import (
	"regexp"
	"strconv"
	"strings"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/texts"
)

// Field names what was compared: a column by its own name, the house's own notions in the reader's language.
func Field(language i18n.Language, name string) string {
	return known(language, fieldKeys, name)
}

// Pass is what people call a pass, or a kind of passes: those that the house names are translated, others have the name that their ruleset
// gives them.
func Pass(language i18n.Language, name string) string { return known(language, passKeys, name) }

// Cause says what the difference of a break comes from.
func Cause(language i18n.Language, name string) string { return known(language, causeKeys, name) }

// Reason says why a record is open. A reason that a person gave is returned as it is.
func Reason(language i18n.Language, name string) string { return known(language, reasonKeys, name) }

var (
	fieldKeys = map[string]string{
		"amount": "recon_phrase.amount", "date": "recon_phrase.date", "prior": "recon_phrase.prior", "*": "recon_phrase.everything",
	}
	passKeys = map[string]string{
		"exact": "recon_phrase.pass.exact", "tolerance": "recon_phrase.pass.tolerance", "group": "recon_phrase.pass.group", "sum": "recon_phrase.pass.sum",
		"offset": "recon_phrase.pass.offset", "near": "recon_phrase.pass.near", "scored": "recon_phrase.pass.scored", "settled": "recon_phrase.pass.settled",
		"manual": "recon_phrase.pass.manual",
	}
	causeKeys = map[string]string{
		"fee": "recon_phrase.cause.fee", "swapped_digits": "recon_phrase.cause.swapped_digits", "rounding": "recon_phrase.cause.rounding",
		"exchange_rate": "recon_phrase.cause.exchange_rate", "date_shift": "recon_phrase.cause.date_shift", "other": "recon_phrase.cause.other",
	}
	reasonKeys = map[string]string{
		"no_candidate": "recon_phrase.reason.no_candidate", "ambiguous": "recon_phrase.reason.ambiguous", "taken": "recon_phrase.reason.taken",
		"too_different": "recon_phrase.reason.too_different", "rejected": "recon_phrase.reason.rejected", "unmatched": "recon_phrase.reason.unmatched",
	}
)

// known says a name of a closed set, and returns the name itself where the set has grown since.
func known(language i18n.Language, keys map[string]string, name string) string {
	if key := keys[name]; key != "" {
		return texts.Catalog().T(language, key, nil)
	}
	return name
}

var (
	amountSign = regexp.MustCompile(`^[+-]\d+\.\d+$`)
	daysSign   = regexp.MustCompile(`^([+-])(\d+) d$`)
	shareSign  = regexp.MustCompile(`^(\d+) %(?:, -?\d+ bits)?$`)
	balanced   = "Σ = 0.00" // of records of one side that cancel out
	sumSign    = regexp.MustCompile(`^Σ (\d+) = Σ (\d+)(?: ([+-]\d+\.\d+))?$`)
)

// Finding says what a comparison found. What is no sign is returned as it is.
func Finding(language i18n.Language, sign string) string {
	if !strings.HasPrefix(sign, "Σ") && (sign == "" || !strings.ContainsRune("=+-0123456789", rune(sign[0]))) {
		return sign
	}
	say := func(key string, args map[string]any) string { return texts.Catalog().T(language, key, args) }
	switch {
	case sign == "=":
		return say("recon_phrase.equal", nil)
	case sign == balanced:
		return say("recon_phrase.balanced", nil)
	case amountSign.MatchString(sign):
		return say("recon_phrase.difference", map[string]any{"Amount": decimal(language, sign)})
	}
	if m := daysSign.FindStringSubmatch(sign); m != nil {
		days, err := strconv.Atoi(m[2])
		switch {
		case err != nil:
			return sign // more than there are
		case days == 0:
			return say("recon_phrase.same_day", nil)
		case m[1] == "+":
			return say("recon_phrase.later", map[string]any{"Count": days})
		}
		return say("recon_phrase.earlier", map[string]any{"Count": days})
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

// Named says what a comparison found, after the name of what was compared.
func Named(language i18n.Language, field, sign string) string {
	found := Finding(language, sign)
	if field == "" {
		return found
	}
	return texts.Catalog().T(language, "recon_phrase.named", map[string]any{"Name": Field(language, field), "Finding": found})
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
	return strings.Join(parts, Between(language))
}

// Between stands between two findings.
func Between(language i18n.Language) string {
	return texts.Catalog().T(language, "recon_phrase.between", nil)
}

func named(language i18n.Language, part string) string {
	if said := Finding(language, part); said != part {
		return said
	}
	for at := range part {
		if part[at] != ' ' {
			continue
		}
		if Finding(language, part[at+1:]) != part[at+1:] {
			return Named(language, part[:at], part[at+1:])
		}
	}
	return part
}

// decimal writes a signed amount as the language does.
func decimal(language i18n.Language, sign string) string {
	whole, fraction, _ := strings.Cut(sign[1:], ".")
	minor, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return sign // larger than any amount
	}
	before := strings.Replace(sign[:1], "-", "−", 1)
	if language == i18n.Arabic {
		before = leftToRightMark + before // it would go behind the number
	}
	return before + strings.TrimRight(i18n.FormatMoney(language, minor, "", len(fraction)), "\u00a0")
}

const leftToRightMark = "\u200e"
