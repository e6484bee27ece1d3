package catalog

import (
	"context"
	"errors"
	"unicode/utf8"

	bleve "github.com/blevesearch/bleve_index_api"
)

// How near a word came, as a factor of the field's weight.
const (
	nearExact    = 4
	nearStem     = 3
	nearPrefix   = 2
	nearMistaken = 1
)

// lookUp returns the score of each document number for the words: the sum of what each word is worth in its best place. Only
// services that have as many of the words as any service has are found: all of them, as a rule.
func (t *wordTable) lookUp(ctx context.Context, words []string) ([]uint16, error) {
	total, matched := make([]uint16, len(t.services)), make([]uint8, len(t.services))
	l := lookup{table: t, ctx: ctx, best: make([]uint16, len(t.services))}
	for i, word := range words {
		if err := l.word(word, i == len(words)-1); err != nil {
			return nil, err
		}
		for document, score := range l.best {
			if score > 0 {
				total[document] += score
				matched[document]++
			}
		}
		clear(l.best)
	}
	var most uint8
	for _, count := range matched {
		most = max(most, count)
	}
	for document, count := range matched {
		if count < most {
			total[document] = 0
		}
	}
	return total, nil
}

// lookup collects the best score of one word for each document.
type lookup struct {
	table *wordTable
	ctx   context.Context
	best  []uint16
	doc   bleve.TermFieldDoc
}

// word looks in all fields of the word's script. Typing mistakes are looked for only where the word, or the beginning that it
// may be, is in no title, category, place or name: who spells well is not shown what sounds alike.
func (l *lookup) word(word string, last bool) error {
	wanted := latin
	if isArabic(word) {
		wanted = arabic
	}
	runes, spelledWell := utf8.RuneCountInString(word), false
	for i := range wordFields {
		field := &wordFields[i]
		if field.script != wanted && field.script != either {
			continue
		}
		found, err := l.spelled(field, word, last && runes >= 2)
		if err != nil {
			return err
		}
		spelledWell = spelledWell || (found && field.weight > weightBody)
	}
	if spelledWell || mistakes(runes) == 0 {
		return nil
	}
	return l.mistaken(word, wanted, mistakes(runes))
}

func (l *lookup) spelled(field *wordField, word string, prefix bool) (bool, error) {
	found, err := l.term(field, word, nearExact)
	if err != nil {
		return false, err
	}
	stem := field.analyser.stem(word)
	if stem != word {
		more, err := l.term(field, stem, nearStem)
		if err != nil {
			return false, err
		}
		found = found || more
	}
	if !prefix {
		return found, nil
	}
	terms, err := l.dictionary(l.table.reader.FieldDictPrefix(field.name, []byte(word)))
	if err != nil {
		return false, err
	}
	for _, term := range terms {
		if term == word || term == stem {
			continue
		}
		more, err := l.term(field, term, nearPrefix)
		if err != nil {
			return false, err
		}
		found = found || more
	}
	return found, nil
}

func (l *lookup) mistaken(word string, wanted script, mistakes int) error {
	reader, ok := l.table.reader.(bleve.IndexReaderFuzzy)
	if !ok {
		return errors.New("the index cannot look for typing mistakes")
	}
	terms, err := l.dictionary(reader.FieldDictFuzzy(spelling, word, mistakes, ""))
	if err != nil {
		return err
	}
	for _, term := range terms {
		for i := range wordFields {
			field := &wordFields[i]
			if field.weight == weightBody || (field.script != wanted && field.script != either) {
				continue
			}
			if _, err := l.term(field, term, nearMistaken); err != nil {
				return err
			}
		}
	}
	return nil
}

// maxTerms bounds how many words one beginning or one misspelling may stand for.
const maxTerms = 200

// dictionary reads the terms of a part of a dictionary and closes it.
func (l *lookup) dictionary(dictionary bleve.FieldDict, err error) ([]string, error) {
	if err != nil {
		return nil, err
	}
	var terms []string
	for len(terms) < maxTerms {
		entry, err := dictionary.Next()
		if err != nil {
			return nil, errors.Join(err, dictionary.Close())
		}
		if entry == nil {
			break
		}
		terms = append(terms, entry.Term)
	}
	return terms, dictionary.Close()
}

func (l *lookup) term(field *wordField, term string, near uint16) (found bool, err error) {
	if err := l.ctx.Err(); err != nil {
		return false, err
	}
	documents, err := l.table.reader.TermFieldReader(l.ctx, []byte(term), field.name, false, false, false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, documents.Close()) }()
	score := field.weight * near
	for {
		next, err := documents.Next(l.doc.Reset())
		if err != nil || next == nil {
			return found, err
		}
		number, err := documentNumber(next.ID)
		if err != nil {
			return found, err
		}
		found = true
		l.best[number] = max(l.best[number], score)
	}
}
