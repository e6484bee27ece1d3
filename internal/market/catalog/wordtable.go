package catalog

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
)

// wordTable is a bleve index in memory of the words of all services. It answers which services have a word, a beginning of one,
// or one with typing mistakes; how much that is worth is decided here and depends on the match alone, not on how frequent a word
// is, so that a cursor stays good while services come and go.
type wordTable struct {
	reference *reference
	index     bleve.Index
	analysis  *bleve.AnalysisQueue
	reader    bleve.IndexReader
	entries   map[string]*entry // what is in the index, by provider
	services  []string          // the service of each document number
	changes   int               // batches since it was built
}

const (
	// maxTableChanges is how many changes a table takes before it is built anew: each adds a segment to be searched.
	maxTableChanges = 64
	analysers       = 2
)

func newWordTable(r *reference, s *snapshot) (*wordTable, error) {
	queue := bleve.NewAnalysisQueue(analysers)
	index, err := scorch.NewScorch(scorch.Name, map[string]any{"path": ""}, queue)
	if err == nil {
		err = index.Open()
	}
	if err != nil {
		queue.Close()
		return nil, err
	}
	t := &wordTable{reference: r, index: index, analysis: queue, entries: map[string]*entry{}}
	if err := t.follow(s); err != nil {
		return nil, errors.Join(err, t.close())
	}
	t.changes = 0
	return t, nil
}

func (t *wordTable) close() error {
	var err error
	if t.reader != nil {
		err = t.reader.Close()
	}
	err = errors.Join(err, t.index.Close())
	t.analysis.Close()
	return err
}

// follow brings the index in step with a snapshot. Entries are immutable, so what is the same pointer has not changed.
func (t *wordTable) follow(s *snapshot) error {
	batch := bleve.NewBatch()
	for id, before := range t.entries {
		if s.providers[id] != before {
			for _, service := range before.services {
				batch.Delete(service.ID)
			}
			delete(t.entries, id)
		}
	}
	if len(batch.IndexOps) == 0 && len(t.entries) == len(s.providers) && t.reader != nil {
		return nil
	}
	for id, now := range s.providers {
		if t.entries[id] == now {
			continue
		}
		for _, service := range now.services {
			batch.Update(t.document(now.provider, service))
		}
		t.entries[id] = now
	}
	if err := t.index.Batch(batch); err != nil {
		return err
	}
	t.changes++
	return t.open()
}

// open reads the index as it is now.
func (t *wordTable) open() error {
	reader, err := t.index.Reader()
	if err != nil {
		return err
	}
	services, err := servicesOf(reader)
	if err != nil {
		return errors.Join(err, reader.Close())
	}
	before := t.reader
	t.reader, t.services = reader, services
	if before != nil {
		return before.Close()
	}
	return nil
}

// servicesOf lists the service of each document number. Looking that up for every hit would cost more than the search.
func servicesOf(reader bleve.IndexReader) ([]string, error) {
	documents, err := reader.DocIDReaderAll()
	if err != nil {
		return nil, err
	}
	defer documents.Close()
	var services []string
	for {
		internal, err := documents.Next()
		if err != nil || internal == nil {
			return services, err
		}
		number, err := documentNumber(internal)
		if err != nil {
			return nil, err
		}
		id, err := reader.ExternalID(internal)
		if err != nil {
			return nil, err
		}
		for uint64(len(services)) <= number {
			services = append(services, "")
		}
		services[number] = id
	}
}

// documentNumber reads scorch's internal id: the document's number, big-endian.
func documentNumber(internal bleve.IndexInternalID) (uint64, error) {
	if len(internal) != 8 {
		return 0, fmt.Errorf("an internal id has %d bytes, not 8", len(internal))
	}
	return binary.BigEndian.Uint64(internal), nil
}

// wordField is a part of a service that words are looked for in.
type wordField struct {
	name     string
	analyser analyser
	weight   uint16
	script   script
}

type script int

const (
	latin script = iota
	arabic
	either
)

// What a word is worth by where it stands. A word in a description says little: everybody writes "plombier" somewhere.
const (
	weightTitle = 8
	weightKind  = 8 // the category's name and its synonyms
	weightName  = 6
	weightPlace = 6
	weightBody  = 2
)

var wordFields = []wordField{
	{"title.fr", frenchWords, weightTitle, latin},
	{"title.ar", arabicWords, weightTitle, arabic},
	{"title.en", englishWords, weightTitle, latin},
	{"kind.fr", frenchWords, weightKind, latin},
	{"kind.ar", arabicWords, weightKind, arabic},
	{"kind.en", englishWords, weightKind, latin},
	{"place", plainWords, weightPlace, latin},
	{"place.ar", arabicWords, weightPlace, arabic},
	{"name", plainWords, weightName, either},
	{"body.fr", frenchWords, weightBody, latin},
	{"body.ar", arabicWords, weightBody, arabic},
	{"body.en", englishWords, weightBody, latin},
}

func (t *wordTable) document(p *Provider, s *Service) *document.Document {
	r := t.reference
	category := r.categories[r.categoryAt[s.CategoryID]]
	kind, top := category.Name, Text{}
	if parent, ok := r.categoryAt[category.ParentID]; ok {
		// It counts as little as a description: who looks for "ménage" does not mean all of "ménage et entretien".
		top = r.categories[parent].Name
	}
	also := synonyms[category.ID]
	city := r.cities[r.cityAt[p.CityID]].Name
	texts := map[string]string{
		"title.fr": s.Title.FR, "title.ar": s.Title.AR, "title.en": s.Title.EN,
		"kind.fr": kind.FR + " " + also, "kind.ar": kind.AR + " " + also, "kind.en": kind.EN,
		"place": city.FR + " " + city.EN, "place.ar": city.AR, "name": p.Name,
		"body.fr": s.Description.FR + " " + top.FR, "body.ar": s.Description.AR + " " + top.AR, "body.en": s.Description.EN + " " + top.EN,
	}
	d := document.NewDocument(s.ID)
	for i := range wordFields {
		field := &wordFields[i]
		if folded := fold(texts[field.name]); folded != "" {
			d.AddField(document.NewTextFieldCustom(field.name, nil, []byte(folded), bleve.IndexField, field.analyser))
		}
	}
	return d
}

// How near a word came, as a factor of the field's weight.
const (
	nearExact    = 4
	nearStem     = 3
	nearPrefix   = 2
	nearMistaken = 1
)

// lookUp returns the score of each document number for the words: the sum of what each word is worth in its best place. All words
// must be there; only where no service has all of them do services with some count.
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
	if int(most) < len(words) {
		return total, nil
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
	for i := range wordFields {
		field := &wordFields[i]
		if field.weight == weightBody || (field.script != wanted && field.script != either) {
			continue
		}
		if err := l.mistaken(field, word, mistakes(runes)); err != nil {
			return err
		}
	}
	return nil
}

func (l *lookup) spelled(field *wordField, word string, prefix bool) (bool, error) {
	found, err := l.term(field, word, nearExact)
	if err != nil {
		return false, err
	}
	if stem := field.analyser.stem(word); stem != word {
		more, err := l.term(field, stem, nearStem)
		if err != nil {
			return false, err
		}
		found = found || more
	}
	if !prefix {
		return found, nil
	}
	dictionary, err := l.table.reader.FieldDictPrefix(field.name, []byte(word))
	if err != nil {
		return false, err
	}
	more, err := l.terms(field, dictionary, nearPrefix)
	return found || more, err
}

func (l *lookup) mistaken(field *wordField, word string, mistakes int) error {
	reader, ok := l.table.reader.(bleve.IndexReaderFuzzy)
	if !ok {
		return errors.New("the index cannot look for typing mistakes")
	}
	dictionary, err := reader.FieldDictFuzzy(field.name, word, mistakes, "")
	if err != nil {
		return err
	}
	_, err = l.terms(field, dictionary, nearMistaken)
	return err
}

// terms looks up all terms of a dictionary and closes it.
func (l *lookup) terms(field *wordField, dictionary bleve.FieldDict, near uint16) (found bool, err error) {
	defer func() { err = errors.Join(err, dictionary.Close()) }()
	for {
		entry, err := dictionary.Next()
		if err != nil || entry == nil {
			return found, err
		}
		more, err := l.term(field, entry.Term, near)
		if err != nil {
			return found, err
		}
		found = found || more
	}
}

func (l *lookup) term(field *wordField, term string, near uint16) (found bool, err error) {
	documents, err := l.table.reader.TermFieldReader(l.ctx, []byte(term), field.name, false, false, false)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, documents.Close()) }()
	score := field.weight * near
	for {
		if err := l.ctx.Err(); err != nil {
			return found, err
		}
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
