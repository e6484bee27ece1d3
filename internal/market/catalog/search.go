package catalog

import (
	"context"
	"slices"
	"sort"
	"sync"

	"khadamat/internal/platform/errs"
)

// Search finds services of active providers. It returns invalid with the fields at fault, invalid where the cursor is broken or
// belongs to another query, and unavailable where ctx ends before the words can be looked up.
func (c *Catalog) Search(ctx context.Context, q Query) (Page, error) {
	q, err := c.checkQuery(q)
	if err != nil {
		return Page{}, err
	}
	current := c.snapshot.Load()
	s := &search{catalog: c, snapshot: current, query: q, filter: current.reference.filter(q), print: q.print()}
	if q.Cursor != "" {
		after, err := decodeCursor(q.Cursor, s.print)
		if err != nil {
			return Page{}, err
		}
		s.after = &after
	}
	if q.Near != nil {
		s.near = vectorOf(*q.Near)
	}
	if q.Text == "" && q.Date.IsZero() && q.Sort != ByDistance {
		return s.walk(), nil
	}
	return s.sift(ctx)
}

// search is one query on its way.
type search struct {
	catalog  *Catalog
	snapshot *snapshot
	query    Query
	filter   filter
	print    uint32
	after    *key   // where the page begins; nil for the first one
	near     vector // query.Near
}

// walk answers a query whose order the snapshot knows: it reads from where the cursor stands until the page is full.
func (s *search) walk() Page {
	order := s.snapshot.orders[s.query.Sort]
	if s.after != nil {
		first := sort.Search(len(order), func(i int) bool {
			return compareKeys(s.snapshot.items[order[i]].key(s.query.Sort, 0), *s.after) > 0
		})
		order = order[first:]
	}
	counted := s.snapshot.count(s.snapshot.reference, s.filter)
	page := Page{Items: make([]Hit, 0, min(s.query.Limit, counted.total)), Total: counted.total, Facets: counted.facets}
	for _, at := range order {
		it := &s.snapshot.items[at]
		if s.filter.misses(it) != 0 {
			continue
		}
		if len(page.Items) == s.query.Limit {
			page.NextCursor = s.cursorAfter(page.Items, 0)
			break
		}
		page.Items = append(page.Items, s.hit(it))
	}
	return page
}

// candidate is an item that passes all filters but at most one.
type candidate struct {
	at     int32
	misses misses
}

// candidateRoom spares a search the memory for its candidates.
var candidateRoom = sync.Pool{New: func() any { return new([]candidate) }}

// sift answers any other query: it looks at all items, then at words and free days of what is left.
func (s *search) sift(ctx context.Context) (Page, error) {
	var scores []uint16
	if s.query.Text != "" {
		var err error
		if scores, err = s.catalog.words.scores(ctx, s.snapshot, s.query.Text, s.query.Language); err != nil {
			return Page{}, err
		}
	}
	room := candidateRoom.Get().(*[]candidate)
	defer candidateRoom.Put(room)
	candidates := (*room)[:0]
	for i := range s.snapshot.items {
		if scores != nil && scores[i] == 0 {
			continue
		}
		if m := s.filter.misses(&s.snapshot.items[i]); !m.many() {
			candidates = append(candidates, candidate{int32(i), m})
		}
	}
	*room = candidates
	if !s.query.Date.IsZero() {
		var err error
		if candidates, err = s.catalog.free.keep(ctx, s.snapshot, s.query.Date, candidates); err != nil {
			return Page{}, err
		}
	}
	tally, best := s.snapshot.reference.newTally(), &best{size: s.query.Limit + 1}
	for _, found := range candidates {
		it := &s.snapshot.items[found.at]
		tally.add(it, found.misses)
		if found.misses == 0 {
			best.offer(ranked{it, it.key(s.query.Sort, s.measure(it, found.at, scores))}, s.after)
		}
	}
	counted := tally.counts(s.snapshot.reference)
	page := Page{Items: make([]Hit, 0, len(best.kept)), Total: counted.total, Facets: counted.facets}
	for i, found := range best.kept {
		if i == s.query.Limit {
			page.NextCursor = encodeCursor(s.print, best.kept[i-1].key)
			break
		}
		page.Items = append(page.Items, s.hit(found.item))
	}
	return page, nil
}

func (s *search) measure(it *item, at int32, scores []uint16) int64 {
	switch {
	case s.query.Sort == ByDistance:
		return int64(it.at.metresTo(s.near))
	case scores != nil:
		return int64(scores[at])
	}
	return 0
}

func (s *search) hit(it *item) Hit {
	hit := Hit{Service: it.service, Provider: it.provider, Distance: NoDistance}
	if s.query.Near != nil {
		hit.Distance = it.at.metresTo(s.near)
	}
	return hit
}

func (s *search) cursorAfter(hits []Hit, measure int64) string {
	last := hits[len(hits)-1].Service.ID
	return encodeCursor(s.print, s.snapshot.items[s.snapshot.itemAt[last]].key(s.query.Sort, measure))
}

type ranked struct {
	item *item
	key  key
}

// best keeps the first few of what it is offered, in order. Most offers lose against the last one kept and cost one comparison.
type best struct {
	size int
	kept []ranked
}

func (b *best) offer(r ranked, after *key) {
	full := len(b.kept) == b.size
	if full && compareKeys(r.key, b.kept[b.size-1].key) >= 0 {
		return
	}
	if after != nil && compareKeys(r.key, *after) <= 0 {
		return
	}
	at, _ := slices.BinarySearchFunc(b.kept, r.key, func(kept ranked, k key) int { return compareKeys(kept.key, k) })
	if full {
		b.kept = b.kept[:b.size-1]
	}
	b.kept = slices.Insert(b.kept, at, r)
}

func unavailable(cause error) error {
	return errs.Wrap(cause, errs.Unavailable, "catalog.search_not_ready")
}
