package report

import (
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/phrase"
	"khadamat/internal/recon/result"
	"khadamat/internal/texts"
)

const (
	// maxExplanationBytes bounds an explanation in a table, which stands in every row of its match.
	maxExplanationBytes = 480
	noBreakSpace        = "\u00a0"
	rightToLeftMark     = "\u200f"
)

// wording says things in one language. What a table of many rows needs is looked up once. It is for one goroutine.
type wording struct {
	language i18n.Language
	catalog  *i18n.Catalog
	kinds    map[result.Kind]string
	against  string
	said     map[[2]string]string // parts
}

func newWording(code string) *wording {
	w := &wording{language: languageOf(code), catalog: texts.Catalog(), said: map[[2]string]string{}}
	w.against = w.t("recon_report.against", nil)
	w.kinds = map[result.Kind]string{
		result.OneToOne:   w.t("recon_report.kind.one_to_one", nil),
		result.OneToMany:  w.t("recon_report.kind.one_to_many", nil),
		result.ManyToOne:  w.t("recon_report.kind.many_to_one", nil),
		result.ManyToMany: w.t("recon_report.kind.many_to_many", nil),
		result.Offset:     w.t("recon_report.kind.offset", nil),
		result.Break:      w.t("recon_report.kind.break", nil),
	}
	return w
}

func (w *wording) t(key string, args map[string]any) string {
	return w.catalog.T(w.language, key, args)
}

// known returns the text of a name from a closed set, and the name itself where the set has grown since.
func (w *wording) known(keys map[string]string, name string) string {
	if key, ok := keys[name]; ok {
		return w.t(key, nil)
	}
	return name
}

func (w *wording) cause(name string) string { return phrase.Cause(w.language, name) }

func (w *wording) kind(kind result.Kind) string {
	if said, ok := w.kinds[kind]; ok {
		return said
	}
	return string(kind)
}

func (w *wording) side(side result.Side) string {
	switch side {
	case result.Left:
		return w.t("recon_report.left", nil)
	case result.Right:
		return w.t("recon_report.right", nil)
	}
	return w.t("recon_report.source", map[string]any{"Number": w.number(int(side) + 1)})
}

func (w *wording) status(status result.Status) string {
	return w.known(map[string]string{
		string(result.Matched):   "recon_report.status.matched",
		string(result.Suggested): "recon_report.status.suggested",
	}, string(status))
}

func (w *wording) reason(name string) string { return phrase.Reason(w.language, name) }

func (w *wording) role(role string) string {
	return w.known(map[string]string{
		"id":           "recon_report.role.id",
		"date":         "recon_report.role.date",
		"amount":       "recon_report.role.amount",
		"debit":        "recon_report.role.debit",
		"credit":       "recon_report.role.credit",
		"direction":    "recon_report.role.direction",
		"currency":     "recon_report.role.currency",
		"counterparty": "recon_report.role.counterparty",
		"reference":    "recon_report.role.reference",
		"description":  "recon_report.role.description",
		"attribute":    "recon_report.role.attribute",
		"ignored":      "recon_report.role.ignored",
	}, role)
}

func (w *wording) pass(name string) string { return phrase.Pass(w.language, name) }

// passKind says how a pass works, and nothing where its name says so.
func (w *wording) passKind(p result.Pass) string {
	if p.Kind == p.Name {
		return ""
	}
	return w.pass(p.Kind)
}

// age names a stretch of age by its place.
func (w *wording) age(place int) string {
	switch {
	case place == 0:
		return w.t("recon_report.age.first", map[string]any{"To": w.number(ageLimits[0])})
	case place < len(ageLimits):
		return w.t("recon_report.age.between", map[string]any{"From": w.number(ageLimits[place-1] + 1), "To": w.number(ageLimits[place])})
	case place == len(ageLimits):
		return w.t("recon_report.age.older", map[string]any{"From": w.number(ageLimits[place-1])})
	}
	return w.t("recon_report.age.undated", nil)
}

func (w *wording) number(n int) string { return i18n.FormatNumber(w.language, int64(n)) }

// money writes an amount, and nothing where there is none.
func (w *wording) money(a money.Amount) string {
	if absent(a) {
		return ""
	}
	return strings.TrimSuffix(i18n.FormatMoney(w.language, a.Minor, string(a.Currency), a.Currency.Digits()), noBreakSpace)
}

// line has a line run in the direction of the language, whatever it begins with: the place that shows it decides by its first letter.
func (w *wording) line(said string) string {
	if said == "" || w.language.Direction() == "ltr" {
		return said
	}
	return rightToLeftMark + said
}

// minor writes a sum of minor units without its currency, which stands beside it.
func (w *wording) minor(minor int64, currency string) string {
	return strings.TrimSuffix(i18n.FormatMoney(w.language, minor, "", money.Currency(currency).Digits()), noBreakSpace)
}

// amounts writes sums one after the other.
func (w *wording) amounts(sums amounts) string {
	said := make([]string, len(sums))
	for i, sum := range sums {
		said[i] = w.money(sum)
	}
	return strings.Join(said, " · ")
}

func (w *wording) date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.FormatDate(w.language, t, t.Location())
}

// percent writes a share with one decimal, cut and not rounded: 100 % is said of all and of nothing less.
func (w *wording) percent(share float64) string {
	cut := math.Floor(share*1000+1e-9) / 10
	return w.t("recon_report.percent", map[string]any{"Number": i18n.FormatDecimal(w.language, cut, 1)})
}

// rate writes how much of something is done, and a dash where there is nothing to do.
func (w *wording) rate(done, all int) string {
	if all == 0 {
		return "–"
	}
	return w.percent(float64(done) / float64(all))
}

func (w *wording) seconds(d time.Duration) string {
	return w.t("recon_report.seconds", map[string]any{"Number": i18n.FormatDecimal(w.language, d.Seconds(), 1)})
}

// weight writes bits of evidence with their sign. Evidence may be beyond all doubt.
func (w *wording) weight(bits float64) string {
	switch {
	case math.IsInf(bits, 1):
		return "+∞"
	case math.IsInf(bits, -1):
		return "-∞"
	}
	said := i18n.FormatDecimal(w.language, bits, 1)
	if bits >= 0 {
		return "+" + said
	}
	return said
}

// evidence returns the parts that speak of the records, and leaves out the prior, which is the same for all.
func evidence(parts []result.Part) []result.Part {
	if len(parts) > 0 && (parts[0].Field == "" || parts[0].Field == "prior") {
		return parts[1:]
	}
	return parts
}

// explanation says in one sentence why a match is one: what a break comes from, what speaks for it, what against it. A match without
// evidence is told by its kind.
type explanation struct {
	cause   func(name string) string
	kind    func(kind result.Kind) string
	part    func(b []byte, part result.Part) []byte
	against string
	between string
}

// signs are an explanation that is the same in every language, for programs.
var signs = explanation{
	cause: func(name string) string { return name },
	kind:  func(kind result.Kind) string { return string(kind) },
	part: func(b []byte, part result.Part) []byte {
		if part.Field != "" {
			b = append(append(b, part.Field...), ": "...)
		}
		return append(b, part.Finding...)
	},
	against: "against",
	between: "; ",
}

// explanation is for people.
func (w *wording) explanation() explanation {
	part := func(b []byte, part result.Part) []byte { return append(b, w.part(part)...) }
	return explanation{w.cause, w.kind, part, w.against, phrase.Between(w.language)}
}

// apart says what keeps two records apart.
func (w *wording) apart(signs string) string {
	return w.remember([2]string{"", signs}, func() string { return phrase.Apart(w.language, signs) })
}

// maxSaid bounds what a wording remembers of what it said.
const maxSaid = 20_000

// part says what a comparison found. The same is found again and again, so it is remembered.
func (w *wording) part(part result.Part) string {
	return w.remember([2]string{part.Field, part.Finding}, func() string { return phrase.Named(w.language, part.Field, part.Finding) })
}

func (w *wording) remember(key [2]string, say func() string) string {
	said, ok := w.said[key]
	if !ok {
		said = say()
		if len(w.said) < maxSaid {
			w.said[key] = said
		}
	}
	return said
}

func (e *explanation) append(b []byte, m *result.Match, parts []result.Part) []byte {
	start := len(b)
	if m.Kind == result.Break {
		b = append(b, e.cause(m.Cause)...)
	}
	parts = evidence(parts)
	for _, against := range [2]bool{false, true} {
		first := true
		for _, part := range parts {
			if part.Weight < 0 != against {
				continue
			}
			if len(b) > start {
				b = append(b, e.between...)
			}
			if against && first {
				b = append(b, e.against...)
				b = append(b, ": "...)
			}
			first = false
			b = e.part(b, part)
		}
	}
	if len(b) == start {
		b = append(b, e.kind(m.Kind)...)
	}
	if len(b)-start > maxExplanationBytes {
		b = append(cutRunes(b[:start+maxExplanationBytes]), "…"...)
	}
	return b
}

// cutRunes takes a rune off the end that a cut has left incomplete.
func cutRunes(b []byte) []byte {
	for i := 1; i <= utf8.UTFMax && i <= len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// short cuts a text for a page.
func short(s string, runes int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	for at := range s {
		if runes == 0 {
			return s[:at] + "…"
		}
		runes--
	}
	return s
}
