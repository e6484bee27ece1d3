package catalog

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/blevesearch/bleve/v2/document"
	"github.com/blevesearch/bleve/v2/index/scorch"
	bleve "github.com/blevesearch/bleve_index_api"
)

// wordTable is a bleve index in memory of the words of all services. It answers which services have a word, a beginning of one,
// or one with typing mistakes; how much that is worth is decided here and depends on the match alone, not on how frequent a word
// is, so that a cursor stays good while services come and go.
type wordTable struct {
	reference *reference // what it was built with
	newest    *reference // what services that change are put in with
	index     bleve.Index
	analysis  *bleve.AnalysisQueue
	reader    bleve.IndexReader
	entries   map[string]*entry // what is in the index, by provider
	services  []string          // the service of each document number
	snapshot  *snapshot         // what the table is in step with
	items     []int32           // the item in it of each document number, or -1
	changes   int               // batches since it was built
}

const (
	// maxTableChanges is how many changes a table takes before it is built anew: each adds a segment to be searched.
	maxTableChanges = 64
	analysers       = 2
)

func newWordTable(s *snapshot) (*wordTable, error) {
	queue := bleve.NewAnalysisQueue(analysers)
	index, err := scorch.NewScorch(scorch.Name, map[string]any{"path": ""}, queue)
	if err == nil {
		err = index.Open()
	}
	if err != nil {
		queue.Close()
		return nil, err
	}
	t := &wordTable{reference: s.reference, index: index, analysis: queue, entries: map[string]*entry{}}
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
	t.newest = s.reference
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
		t.match(s)
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
	if err := t.open(); err != nil {
		return err
	}
	t.match(s)
	return nil
}

// match notes which item each document is, so that searches need not look it up by id.
func (t *wordTable) match(s *snapshot) {
	t.snapshot, t.items = s, make([]int32, len(t.services))
	for document, id := range t.services {
		at, known := s.itemAt[id]
		if !known {
			at = -1
		}
		t.items[document] = at
	}
}

// itemOf returns which item of a snapshot a document is, or -1. A search may hold a snapshot older or newer than the table.
func (t *wordTable) itemOf(document int, s *snapshot) int32 {
	if s == t.snapshot {
		return t.items[document]
	}
	if at, known := s.itemAt[t.services[document]]; known {
		return at
	}
	return -1
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

// spelling is the field whose words are compared where typing mistakes are looked for: all that stand in the fields that count
// more than a description. One dictionary for all fields, because making the automaton that reads it is most of the work.
const spelling = "spelling"

func (t *wordTable) document(p *Provider, s *Service) *document.Document {
	r := t.newest
	category := r.category(s.CategoryID)
	kind, top := category.Name, r.topWords[category.ParentID]
	also := synonyms[category.ID]
	city := r.city(p.CityID).Name
	texts := map[string]string{
		"title.fr": s.Title.FR, "title.ar": s.Title.AR, "title.en": s.Title.EN,
		"kind.fr": kind.FR + " " + also, "kind.ar": kind.AR + " " + also, "kind.en": kind.EN,
		"place": city.FR + " " + city.EN, "place.ar": city.AR, "name": p.Name,
		"body.fr": s.Description.FR + " " + top.FR, "body.ar": s.Description.AR + " " + top.AR, "body.en": s.Description.EN + " " + top.EN,
	}
	d := document.NewDocument(s.ID)
	var spelled []byte
	for i := range wordFields {
		field := &wordFields[i]
		folded := fold(texts[field.name])
		if folded == "" {
			continue
		}
		d.AddField(document.NewTextFieldCustom(field.name, nil, []byte(folded), bleve.IndexField, field.analyser))
		if field.weight > weightBody {
			spelled = append(append(spelled, folded...), ' ')
		}
	}
	return d.AddField(document.NewTextFieldCustom(spelling, nil, spelled, bleve.IndexField, plainWords))
}
