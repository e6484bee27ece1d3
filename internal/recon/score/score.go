// Package score measures a reconciliation against the truth: how many of the links that it claims are true, how many of the true ones it
// found, and which matches it reproduced member for member.
package score

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"khadamat/internal/recon/result"
)

// Group is a match: the rows of each side that belong together, from 1, in order and each once.
type Group struct {
	ID, Kind    string
	Left, Right []int
}

// Scores compare what was found with the truth. A link is a row of the left and a row of the right inside one match. Matches of one side
// have no links; they count as groups only.
type Scores struct {
	Kinds       []KindScore `json:"kinds"` // of the truth, in the order of the alphabet
	TrueLinks   int         `json:"true_links"`
	FoundLinks  int         `json:"found_links"`
	CommonLinks int         `json:"common_links"` // true ones that were found
	Precision   float64     `json:"precision"`    // common of found; 0 without any
	Recall      float64     `json:"recall"`       // common of true; 0 without any
	F1          float64     `json:"f1"`           // the harmonic mean of the two; 0 without common links
}

// KindScore is how well the true matches of one kind were found.
type KindScore struct {
	Kind        string  `json:"kind"`
	Matches     int     `json:"matches"`
	Links       int     `json:"links"`
	CommonLinks int     `json:"common_links"`
	Exact       int     `json:"exact"`        // matches reproduced member for member
	LinkRecall  float64 `json:"link_recall"`  // common links of links; 0 where the kind has none
	GroupRecall float64 `json:"group_recall"` // exact of matches
}

// longest is how many bytes a record of a file may have.
const longest = 1 << 20

// Read reads matches from a CSV file with one row per member, as a run writes them (matches.csv) and as a truth has them (truth.csv). The
// columns match_id, side (left or right) and row (from 1) must be there, in any order; kind and status may. Only rows whose status is
// matched or empty count, so that suggestions do not. Groups come in the order of their first rows. An error names the line.
func Read(path string) ([]Group, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read matches: %w", err)
	}
	defer f.Close()
	groups, err := read(f)
	if err != nil {
		return nil, fmt.Errorf("read matches of %s: %w", path, err)
	}
	return groups, nil
}

func read(from io.Reader) ([]Group, error) {
	bounded := &bound{from: from}
	r := csv.NewReader(bounded)
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty: it needs a header with match_id, side and row")
	}
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range header {
		at[strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))] = i
	}
	column := func(name string) int {
		if i, ok := at[name]; ok {
			return i
		}
		return -1
	}
	id, side, row, kind, status := column("match_id"), column("side"), column("row"), column("kind"), column("status")
	for _, c := range []struct {
		name string
		at   int
	}{{"match_id", id}, {"side", side}, {"row", row}} {
		if c.at < 0 {
			return nil, fmt.Errorf("line 1: no column %s in the header", c.name)
		}
	}
	var groups []Group
	index := map[string]int{}
	for {
		bounded.read = 0
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if status >= 0 && fields[status] != "matched" && fields[status] != "" {
			continue
		}
		n, err := strconv.Atoi(strings.TrimSpace(fields[row]))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%s is no row: it must be a number from 1", cite(r, row, fields[row]))
		}
		i, ok := index[fields[id]]
		if !ok {
			i = len(groups)
			name := strings.Clone(fields[id]) // fields share the memory of their record
			index[name] = i
			groups = append(groups, Group{ID: name})
		}
		g := &groups[i]
		switch strings.ToLower(strings.TrimSpace(fields[side])) {
		case "left":
			g.Left = append(g.Left, n)
		case "right":
			g.Right = append(g.Right, n)
		default:
			return nil, fmt.Errorf("%s is no side: it must be left or right", cite(r, side, fields[side]))
		}
		if kind >= 0 && g.Kind != fields[kind] {
			g.Kind = strings.Clone(fields[kind])
		}
	}
	for i := range groups {
		groups[i].Left, groups[i].Right = unique(groups[i].Left), unique(groups[i].Right)
	}
	return groups, nil
}

// cite names a value and its line.
func cite(r *csv.Reader, field int, value string) string {
	line, _ := r.FieldPos(field)
	return fmt.Sprintf("line %d: %.100q", line, value)
}

func unique(rows []int) []int {
	slices.Sort(rows)
	return slices.Compact(rows)
}

// bound is a reader that ends a record that never ends; read is set to 0 after each.
type bound struct {
	from io.Reader
	read int
}

func (b *bound) Read(p []byte) (int, error) {
	if b.read > longest {
		return 0, fmt.Errorf("a record has more than %d bytes: it is no file of matches, or a quote is not closed", longest)
	}
	n, err := b.from.Read(p)
	b.read += n
	return n, err
}

// Of returns the matches of a result as they are scored: those that stand by themselves.
func Of(r *result.Result) []Group {
	var all []Group
	for _, m := range r.Matches {
		if m.Status != result.Matched {
			continue
		}
		g := Group{Kind: string(m.Kind)}
		for _, member := range m.Members {
			if member.Side == result.Left {
				g.Left = append(g.Left, member.Row)
			} else {
				g.Right = append(g.Right, member.Row)
			}
		}
		all = append(all, g)
	}
	return all
}

// Compare scores the found matches against the true ones. A link that several matches have counts once. It takes memory in proportion to
// the members, not to the links, and time in proportion to the links.
func Compare(truth, found []Group) Scores {
	var s Scores
	byKind := map[string]*KindScore{}
	exact := map[string]bool{}
	var key []byte
	for _, g := range found {
		key = members(key[:0], g)
		exact[string(key)] = true
	}
	for _, g := range truth {
		k := byKind[g.Kind]
		if k == nil {
			k = &KindScore{Kind: g.Kind}
			byKind[g.Kind] = k
		}
		k.Matches++
		if key = members(key[:0], g); exact[string(key)] {
			k.Exact++
		}
	}

	for t, f := byLeft(truth), byLeft(found); len(t) > 0 || len(f) > 0; {
		var inTruth, inFound []place // of the next row of the left
		switch {
		case len(f) == 0 || len(t) > 0 && t[0].row < f[0].row:
			inTruth, t = split(t)
		case len(t) == 0 || f[0].row < t[0].row:
			inFound, f = split(f)
		default:
			inTruth, t = split(t)
			inFound, f = split(f)
		}
		actual, claimed := rights(inTruth), rights(inFound)
		s.TrueLinks += len(actual)
		s.FoundLinks += len(claimed)
		s.CommonLinks += common(actual, claimed)
		for len(inTruth) > 0 {
			n := 1
			for n < len(inTruth) && inTruth[n].group.Kind == inTruth[0].group.Kind {
				n++
			}
			k, own := byKind[inTruth[0].group.Kind], rights(inTruth[:n])
			k.Links += len(own)
			k.CommonLinks += common(own, claimed)
			inTruth = inTruth[n:]
		}
	}

	for _, k := range byKind {
		k.LinkRecall, k.GroupRecall = share(k.CommonLinks, k.Links), share(k.Exact, k.Matches)
		s.Kinds = append(s.Kinds, *k)
	}
	slices.SortFunc(s.Kinds, func(a, b KindScore) int { return cmp.Compare(a.Kind, b.Kind) })
	s.Precision, s.Recall = share(s.CommonLinks, s.FoundLinks), share(s.CommonLinks, s.TrueLinks)
	if s.CommonLinks > 0 {
		s.F1 = 2 * s.Precision * s.Recall / (s.Precision + s.Recall)
	}
	return s
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}

// members appends what two groups have in common when they have the same members, and only then.
func members(dst []byte, g Group) []byte {
	for _, row := range g.Left {
		dst = append(strconv.AppendInt(dst, int64(row), 36), ' ')
	}
	dst = append(dst, '|')
	for _, row := range g.Right {
		dst = append(strconv.AppendInt(dst, int64(row), 36), ' ')
	}
	return dst
}

// place is a row of the left and a group that it is in.
type place struct {
	row   int
	group *Group
}

// byLeft lists the places of all rows of the left, by row and then by kind.
func byLeft(groups []Group) []place {
	var places []place
	for i := range groups {
		for _, row := range groups[i].Left {
			places = append(places, place{row, &groups[i]})
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.group.Kind, b.group.Kind))
	})
	return places
}

// split takes the places of the first row off.
func split(places []place) (first, rest []place) {
	n := 1
	for n < len(places) && places[n].row == places[0].row {
		n++
	}
	return places[:n], places[n:]
}

// rights lists the rows of the right that share a group with the row of these places, in order and each once.
func rights(places []place) []int {
	switch len(places) {
	case 0:
		return nil
	case 1:
		return places[0].group.Right
	}
	var rows []int
	for _, p := range places {
		rows = append(rows, p.group.Right...)
	}
	return unique(rows)
}

// common counts what two ordered lists share.
func common(a, b []int) (n int) {
	for len(a) > 0 && len(b) > 0 {
		switch cmp.Compare(a[0], b[0]) {
		case -1:
			a = a[1:]
		case 1:
			b = b[1:]
		default:
			a, b, n = a[1:], b[1:], n+1
		}
	}
	return n
}
