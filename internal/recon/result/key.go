package result

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// Content is what a record says, in 16 bytes: the beginning of a SHA-256.
type Content [16]byte

// Keys name the records of a side by what they say, so that a record keeps its key when its file is loaded again with more rows, in another
// order, or with its columns in other places. Keys are for records of one project: the side is part of them.
type Keys struct {
	columns []int // in the order of their names
	names   [][]byte
	text    []byte
}

// NewKeys returns the keys of a side with these columns.
func NewKeys(side Side, columns []string) *Keys {
	k := &Keys{text: []byte{byte(side)}}
	for i := range columns {
		k.columns = append(k.columns, i)
	}
	slices.SortStableFunc(k.columns, func(a, b int) int { return strings.Compare(columns[a], columns[b]) })
	for _, i := range k.columns {
		k.names = append(k.names, []byte(columns[i]))
	}
	return k
}

// Content returns what a record says. Spaces around values and columns without one do not count.
func (k *Keys) Content(value func(column int) []byte) Content {
	text := k.text[:1]
	for i, column := range k.columns {
		if v := bytes.TrimSpace(value(column)); len(v) > 0 {
			text = append(binary.AppendUvarint(text, uint64(len(k.names[i]))), k.names[i]...)
			text = append(binary.AppendUvarint(text, uint64(len(v))), v...)
		}
	}
	k.text = text
	sum := sha256.Sum256(text)
	return Content(sum[:16])
}

var keyText = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Key is how a record is known from run to run: its content, and which one it is, from 0, of those of its side that say the same.
func Key(content Content, equal int) string {
	key := keyText.EncodeToString(content[:])
	if equal > 0 {
		key += "." + strconv.Itoa(equal+1)
	}
	return key
}
