package catalog

import (
	"strings"

	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/ar"
	"github.com/blevesearch/bleve/v2/analysis/lang/en"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/token/porter"
)

// analyser cuts folded text into the terms of one language: each word as it is written, since prefixes and typing mistakes are
// looked for in that, and its stem where it is another one. A nil stemmer keeps words alone.
type analyser struct{ stemmer analysis.TokenFilter }

var (
	frenchWords  = analyser{fr.NewFrenchLightStemmerFilter()}
	arabicWords  = analyser{ar.NewArabicStemmerFilter()}
	englishWords = analyser{porter.NewPorterStemmer()}
	plainWords   = analyser{}
)

// Analyze makes analyser one that bleve can use.
func (a analyser) Analyze(folded []byte) analysis.TokenStream {
	words := strings.Fields(string(folded))
	stream := make(analysis.TokenStream, 0, 2*len(words))
	for i, word := range words {
		if stopWords[word] {
			continue
		}
		stream = append(stream, &analysis.Token{Term: []byte(word), Position: i + 1})
		if stem := a.stem(word); stem != word {
			stream = append(stream, &analysis.Token{Term: []byte(stem), Position: i + 1})
		}
	}
	return stream
}

func (a analyser) stem(word string) string {
	if a.stemmer == nil {
		return word
	}
	stemmed := a.stemmer.Filter(analysis.TokenStream{{Term: []byte(word), Start: 0, End: len(word), Position: 1}})
	if len(stemmed) != 1 || len(stemmed[0].Term) == 0 {
		return word
	}
	return string(stemmed[0].Term)
}

// stopWords are the words that say nothing in one of the languages, folded. One list for all: a person may mix languages, and
// nobody looks for these in any.
var stopWords = func() map[string]bool {
	all := map[string]bool{}
	for _, list := range [][]byte{fr.FrenchStopWords, ar.ArabicStopWords, en.EnglishStopWords} {
		words := analysis.NewTokenMap()
		if err := words.LoadBytes(list); err != nil {
			panic(err) // a list in memory always reads
		}
		for word := range words {
			for part := range strings.FieldsSeq(fold(word)) {
				all[part] = true
			}
		}
	}
	return all
}()

// maxWords bounds how many words of a query are looked up; the later ones are left out.
const maxWords = 8

// queryWords returns the words of a text that say something or, where none does, all of them.
func queryWords(text string) []string {
	all := strings.Fields(fold(text))
	words := make([]string, 0, len(all))
	for _, word := range all {
		if !stopWords[word] {
			words = append(words, word)
		}
	}
	if len(words) == 0 {
		words = all
	}
	return words[:min(len(words), maxWords)]
}

// maxMistakenRunes bounds the words in which mistakes are looked for: the work grows with the length, and nobody types longer ones.
const maxMistakenRunes = 24

// mistakes is how many letters of a word may be wrong, missing, too many or exchanged with the next.
func mistakes(runes int) int {
	switch {
	case runes < 4, runes > maxMistakenRunes:
		return 0
	case runes < 8:
		return 1
	}
	return 2
}
