package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// repeatLimit is the most values that the lists of a column may have in one row.
const repeatLimit = 1 << 16

// parquetLists writes the lists and maps of a row as JSON.
type parquetLists struct {
	source  *parquetSource
	entries [][]listEntry   // of the row, for each leaf
	ahead   []*parquetEntry // the first value of the next row, which tells where a row ends
	texts   []byte
	json    bytes.Buffer
}

// listEntry is a value of a list: its levels, and where its text stands.
type listEntry struct {
	repetition, definition int
	begin, end             int
}

// column appends a list or a map to the line of the source; one that holds nothing is empty.
func (l *parquetLists) column(n *parquetNode) (key string, err error) {
	l.texts = l.texts[:0]
	l.json.Reset()
	for leaf := n.leaf; leaf < n.leaf+n.leaves; leaf++ {
		problem, err := l.gather(leaf)
		if err != nil {
			return "", err
		}
		if key == "" {
			key = problem
		}
	}
	if key != "" {
		return key, nil
	}
	if err := l.node(n); err != nil {
		return "", l.source.chunks[n.leaf].broken(err)
	}
	for leaf := n.leaf; leaf < n.leaf+n.leaves; leaf++ {
		if len(l.entries[leaf]) > 0 {
			return "", l.source.chunks[leaf].broken(errPage)
		}
	}
	if text := l.json.String(); text != "[]" && text != "{}" && text != "null" {
		l.source.line = append(l.source.line, text...)
	}
	return "", nil
}

// gather reads the values that a leaf has in this row: those up to the next one that repeats nothing.
func (l *parquetLists) gather(leaf int) (key string, err error) {
	c := l.source.chunks[leaf]
	entries := l.entries[leaf][:0]
	defer func() { l.entries[leaf] = entries }()
	for first := true; ; first = false {
		var e parquetEntry
		if held := l.ahead[leaf]; held != nil {
			e, l.ahead[leaf] = *held, nil
		} else {
			switch e, err = c.next(); {
			case errors.Is(err, io.EOF) && !first:
				return key, nil
			case errors.Is(err, io.EOF):
				return "", c.broken(errPage)
			case err != nil:
				return "", err
			}
			if e.repetition == 0 && !first {
				l.ahead[leaf] = &e
				return key, nil
			}
		}
		if first && e.repetition != 0 {
			return "", c.broken(errPage)
		}
		if len(entries) == repeatLimit || len(l.texts)+len(e.bytes) > recordLimit {
			key, entries = "recon_source.record_long", entries[:0]
		}
		if key == "" {
			entry := listEntry{repetition: e.repetition, definition: e.definition, begin: len(l.texts)}
			if !e.null {
				var ok bool
				if l.texts, ok = l.source.writers[leaf](l.texts, e.parquetValue); !ok {
					key = "recon_source.parquet_value"
				}
			}
			entry.end = len(l.texts)
			entries = append(entries, entry)
		}
		if c.leaf.repetition == 0 {
			return key, nil
		}
	}
}

// peek returns the next value of a leaf, nil after the last one.
func (l *parquetLists) peek(leaf int) *listEntry {
	if len(l.entries[leaf]) == 0 {
		return nil
	}
	return &l.entries[leaf][0]
}

// nothing takes the values that say that there is nothing under n.
func (l *parquetLists) nothing(n *parquetNode, text string) error {
	for leaf := n.leaf; leaf < n.leaf+n.leaves; leaf++ {
		if l.peek(leaf) == nil {
			return errPage
		}
		l.entries[leaf] = l.entries[leaf][1:]
	}
	l.json.WriteString(text)
	return nil
}

// node writes an element of the schema under elements that are there.
func (l *parquetLists) node(n *parquetNode) error {
	if n.leaves == 0 {
		l.json.WriteString("null")
		return nil
	}
	if n.repeated {
		return l.each(n, "[", "]", l.content)
	}
	next := l.peek(n.leaf)
	if next == nil {
		return errPage
	}
	if next.definition < n.definition {
		return l.nothing(n, "null")
	}
	return l.content(n)
}

// each writes what repeats at n.
func (l *parquetLists) each(n *parquetNode, begin, end string, write func(*parquetNode) error) error {
	next := l.peek(n.leaf)
	if next == nil {
		return errPage
	}
	if next.definition < n.definition {
		return l.nothing(n, begin+end)
	}
	l.json.WriteString(begin)
	for first := true; first || next != nil && next.repetition == n.repetition; next, first = l.peek(n.leaf), false {
		if !first {
			l.json.WriteByte(',')
		}
		if err := write(n); err != nil {
			return err
		}
	}
	l.json.WriteString(end)
	return nil
}

// content writes an element that is there.
func (l *parquetLists) content(n *parquetNode) error {
	switch {
	case n.element.Type.Valid:
		return l.value(n)
	case len(n.children) == 1 && n.children[0].repeated && n.children[0].leaves > 0:
		child := n.children[0]
		if n.list() {
			return l.each(child, "[", "]", l.element)
		}
		if n.keyed() && len(child.children) == 2 && child.children[0].element.Type.Valid {
			return l.each(child, "{", "}", l.pair)
		}
	}
	l.json.WriteByte('{')
	for i, child := range n.children {
		if i > 0 {
			l.json.WriteByte(',')
		}
		if err := l.quote(child.element.Name); err != nil {
			return err
		}
		l.json.WriteByte(':')
		if err := l.node(child); err != nil {
			return err
		}
	}
	l.json.WriteByte('}')
	return nil
}

// element writes what repeats in a list: the only child of the group around it, but for the names that older writers give to a group
// that is the element itself (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists).
func (l *parquetLists) element(n *parquetNode) error {
	if name := n.element.Name; len(n.children) == 1 && name != "array" && !strings.HasSuffix(name, "_tuple") {
		return l.node(n.children[0])
	}
	return l.content(n)
}

// pair writes a key and its value.
func (l *parquetLists) pair(n *parquetNode) error {
	key := l.peek(n.children[0].leaf)
	if key == nil {
		return errPage
	}
	if err := l.quote(string(l.texts[key.begin:key.end])); err != nil {
		return err
	}
	l.entries[n.children[0].leaf] = l.entries[n.children[0].leaf][1:]
	l.json.WriteByte(':')
	return l.node(n.children[1])
}

// value writes a value: figures and truth values as they are, all else as a string.
func (l *parquetLists) value(n *parquetNode) error {
	e := l.peek(n.leaf)
	if e == nil {
		return errPage
	}
	l.entries[n.leaf] = l.entries[n.leaf][1:]
	text := l.texts[e.begin:e.end]
	switch {
	case l.source.quoted[n.leaf] || !json.Valid(text) && len(text) > 0:
		return l.quote(string(text))
	case len(text) == 0:
		l.json.WriteString("null")
	default:
		l.json.Write(text)
	}
	return nil
}

func (l *parquetLists) quote(text string) error {
	encoder := json.NewEncoder(&l.json)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		return err
	}
	l.json.Truncate(l.json.Len() - 1) // the end of the line
	return nil
}
