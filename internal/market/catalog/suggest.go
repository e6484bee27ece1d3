package catalog

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/text"
)

// The bounds of suggestions.
const (
	DefaultSuggestions = 8
	MaxSuggestions     = 20
	// maxTyped is how many letters are compared where typing mistakes are looked for.
	maxTyped = 60
)

// suggestion is something to suggest, with all the spellings by which it is found.
type suggestion struct {
	kind   SuggestionKind
	id     string
	name   Text
	folded []string // with a space before each, so that a word's beginning is a space and its letters
}

// newSuggestions lists what can be suggested: categories, then titles, those that many services bear first, then providers.
func newSuggestions(r *reference, s *snapshot) []suggestion {
	var all []suggestion
	for _, category := range r.categories {
		if category.Hidden {
			continue
		}
		spellings := []string{category.Name.FR, category.Name.AR, category.Name.EN}
		for word := range strings.FieldsSeq(synonyms[category.ID]) {
			spellings = append(spellings, word)
		}
		all = append(all, newSuggestion(SuggestCategory, category.ID, category.Name, spellings...))
	}
	bearers := map[Text]int{}
	for i := range s.items {
		bearers[s.items[i].service.Title]++
	}
	titles := make([]Text, 0, len(bearers))
	for title := range bearers {
		titles = append(titles, title)
	}
	slices.SortFunc(titles, func(a, b Text) int {
		return cmp.Or(cmp.Compare(bearers[b], bearers[a]), cmp.Compare(a.FR, b.FR), cmp.Compare(a.AR, b.AR), cmp.Compare(a.EN, b.EN))
	})
	for _, title := range titles {
		all = append(all, newSuggestion(SuggestService, "", title, title.FR, title.AR, title.EN))
	}
	providers := make([]*Provider, 0, len(s.providers))
	for _, e := range s.providers {
		providers = append(providers, e.provider)
	}
	slices.SortFunc(providers, func(a, b *Provider) int {
		return cmp.Or(cmp.Compare(b.ratingMean(), a.ratingMean()), cmp.Compare(a.ID, b.ID))
	})
	for _, p := range providers {
		all = append(all, newSuggestion(SuggestProvider, p.ID, Text{FR: p.Name}, p.Name))
	}
	return all
}

func newSuggestion(kind SuggestionKind, id string, name Text, spellings ...string) suggestion {
	made := suggestion{kind: kind, id: id, name: name}
	for _, spelling := range spellings {
		if folded := " " + fold(spelling); folded != " " && !slices.Contains(made.folded, folded) {
			made.folded = append(made.folded, folded)
		}
	}
	return made
}

// Suggest returns what a person who has typed the prefix may be after: categories first, then titles of services, then
// providers, each in the given language; typing mistakes are looked for where too little is spelled like that. Limit 0 means
// DefaultSuggestions. It returns invalid with the fields at fault.
func (c *Catalog) Suggest(_ context.Context, prefix, lang string, limit int) ([]Suggestion, error) {
	var fields errs.Fields
	prefix = text.Check(&fields, "q", prefix, text.Rules{MaxRunes: MaxQueryRunes})
	fields.Check(lang == "" || isLanguage(lang), "lang", "catalog.language_unknown")
	if limit == 0 {
		limit = DefaultSuggestions
	}
	if limit < 1 || limit > MaxSuggestions {
		fields.Add("limit", "catalog.limit_out_of_range", errs.Args{"Max": MaxSuggestions})
	}
	if err := fields.Err(); err != nil {
		return nil, err
	}
	folded := fold(prefix)
	if folded == "" {
		return []Suggestion{}, nil
	}
	a := answer{lang: lang, limit: limit, found: make([]Suggestion, 0, limit)}
	a.collect(c.snapshot.Load().suggest(), func(spelling string) bool { return strings.Contains(spelling, " "+folded) })
	if allowed := mistakes(utf8.RuneCountInString(folded)); allowed > 0 && len(a.found) < limit {
		typed := []rune(folded)
		typed = typed[:min(len(typed), maxTyped)]
		a.collect(c.snapshot.Load().suggest(), func(spelling string) bool { return beginsLike(spelling, typed, allowed) })
	}
	return a.found, nil
}

type answer struct {
	lang  string
	limit int
	found []Suggestion
}

// maxTitles bounds how much of an answer titles may take, so that providers show too.
func (a *answer) maxTitles() int { return max(1, a.limit/2) }

func (a *answer) collect(all []suggestion, matches func(spelling string) bool) {
	titles := 0
	for _, found := range a.found {
		if found.Kind == SuggestService {
			titles++
		}
	}
	for i := range all {
		if len(a.found) == a.limit {
			return
		}
		candidate := &all[i]
		if (candidate.kind == SuggestService && titles >= a.maxTitles()) || !slices.ContainsFunc(candidate.folded, matches) {
			continue
		}
		shown := Suggestion{Kind: candidate.kind, ID: candidate.id, Text: candidate.name.In(a.lang)}
		if slices.Contains(a.found, shown) {
			continue
		}
		a.found = append(a.found, shown)
		if candidate.kind == SuggestService {
			titles++
		}
	}
}

// beginsLike says whether some word in a spelling, and what follows it, begins like what was typed, but for a few letters. The
// first letter must be right: people seldom miss that one, and it spares looking at most words.
func beginsLike(spelling string, typed []rune, allowed int) bool {
	for at := 0; at < len(spelling); at++ {
		if spelling[at] != ' ' {
			continue
		}
		first, _ := utf8.DecodeRuneInString(spelling[at+1:])
		if first == typed[0] && prefixDistance(spelling[at+1:], typed) <= allowed {
			return true
		}
	}
	return false
}

// prefixDistance is the smallest number of letters to change, add or drop that turns typed into some beginning of word
// (Levenshtein's distance, the minimum over the last row).
func prefixDistance(word string, typed []rune) int {
	var room [2][maxTyped + 1]int
	before, now := room[0][:len(typed)+1], room[1][:len(typed)+1]
	for i := range before {
		before[i] = i
	}
	least, read := before[len(typed)], 0
	for _, letter := range word {
		// Beyond this, a beginning is longer than what was typed by more letters than any allowance.
		if read++; read > len(typed)+2 {
			break
		}
		now[0] = read
		for i, other := range typed {
			change := before[i]
			if letter != other {
				change++
			}
			now[i+1] = min(change, before[i+1]+1, now[i]+1)
		}
		least = min(least, now[len(typed)])
		before, now = now, before
	}
	return least
}
