package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	parquetMagic     = "PAR1"
	parquetEncrypted = "PARE"
	// footerSizeLimit is the most bytes that the description of a Parquet file may take, footerMemoryLimit about the most memory.
	footerSizeLimit   = 64 << 20
	footerMemoryLimit = 256 << 20
)

// parquetBroken is the *Problem of a Parquet file that is damaged; what says where.
func parquetBroken(what string, args ...any) error {
	return &Problem{Key: "recon_source.parquet_broken", Value: excerpt(fmt.Appendf(nil, what, args...))}
}

// parquetForeign is the *Problem of a Parquet file that is written in a way that is not read.
func parquetForeign(feature string) error {
	return &Problem{Key: "recon_source.parquet_foreign", Args: map[string]any{"Feature": feature}}
}

// readFooter reads the description at the end of a Parquet file of size bytes.
func readFooter(r io.ReaderAt, size int64) (*format.FileMetaData, error) {
	var begin, end [8]byte
	if _, err := r.ReadAt(begin[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if string(begin[:4]) != parquetMagic && string(begin[:4]) != parquetEncrypted {
		return nil, parquetBroken("%q", begin[:4])
	}
	if size < 12 {
		return nil, &Problem{Key: "recon_source.parquet_torn"}
	}
	if _, err := r.ReadAt(end[:], size-8); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(end[:4]))
	switch magic := string(end[4:]); {
	case string(begin[:4]) == parquetEncrypted, magic == parquetEncrypted:
		return nil, &Problem{Key: "recon_source.parquet_encrypted"}
	case magic != parquetMagic:
		return nil, &Problem{Key: "recon_source.parquet_torn"}
	case length > size-12:
		return nil, parquetBroken("footer %d", length)
	case length > footerSizeLimit:
		return nil, &Problem{Key: "recon_source.parquet_bomb"}
	}
	footer := make([]byte, length)
	if _, err := r.ReadAt(footer, size-8-length); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	var meta format.FileMetaData
	if _, err := decodeThrift(footer, &meta); err != nil {
		return nil, err
	}
	if meta.EncryptionAlgorithm.Value != nil {
		return nil, &Problem{Key: "recon_source.parquet_encrypted"}
	}
	return &meta, nil
}

// decodeThrift reads the structure that data begins with into v and returns its length. What it would take in memory is known before
// it is read: lists say how long they are, and lie.
func decodeThrift(data []byte, v any) (int, error) {
	t := thriftText{data: data}
	if !t.structure(0) {
		if t.memory > footerMemoryLimit {
			return 0, &Problem{Key: "recon_source.parquet_bomb"}
		}
		return 0, parquetBroken("thrift %d", t.at)
	}
	if err := thrift.Unmarshal(new(thrift.CompactProtocol), data[:t.at], v); err != nil {
		return 0, parquetBroken("%v", err)
	}
	return t.at, nil
}

// thriftText walks over a structure in Thrift's compact protocol
// (https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
type thriftText struct {
	data   []byte
	at     int
	memory int // that the lists take once they are decoded
}

func (t *thriftText) skip(n uint64) bool {
	if n > uint64(len(t.data)-t.at) {
		return false
	}
	t.at += int(n)
	return true
}

func (t *thriftText) byte() (b byte, ok bool) {
	if t.at >= len(t.data) {
		return 0, false
	}
	t.at++
	return t.data[t.at-1], true
}

func (t *thriftText) varint() (uint64, bool) {
	value, n := binary.Uvarint(t.data[t.at:])
	if n <= 0 {
		return 0, false
	}
	t.at += n
	return value, true
}

func (t *thriftText) structure(depth int) bool {
	if depth > depthLimit {
		return false
	}
	for {
		head, ok := t.byte()
		if !ok || head == 0 {
			return ok
		}
		if head>>4 == 0 {
			if _, ok = t.varint(); !ok {
				return false
			}
		}
		if kind := head & 0xF; kind > 2 && !t.value(kind, depth) { // the kind of a truth value is the value
			return false
		}
	}
}

func (t *thriftText) value(kind byte, depth int) bool {
	switch kind {
	case 1, 2, 3:
		return t.skip(1)
	case 4, 5, 6:
		_, ok := t.varint()
		return ok
	case 7:
		return t.skip(8)
	case 8:
		n, ok := t.varint()
		return ok && t.skip(n)
	case 9, 10:
		return t.list(depth + 1)
	case 12:
		return t.structure(depth + 1)
	}
	return false // maps are nowhere in Parquet
}

func (t *thriftText) list(depth int) bool {
	head, ok := t.byte()
	n := uint64(head >> 4)
	if ok && n == 0xF {
		n, ok = t.varint()
	}
	if !ok || depth > depthLimit || n > uint64(len(t.data)-t.at) {
		return false
	}
	kind, each := head&0xF, 16
	if kind == 12 {
		each = 512
	}
	if t.memory += int(n) * each; t.memory > footerMemoryLimit {
		return false
	}
	for range n {
		if !t.value(kind, depth) {
			return false
		}
	}
	return true
}

// parquetNode is an element of a schema with its children. Values say with two levels how many of the elements above them repeat, and
// how many are there (Melnik et al., Dremel: Interactive Analysis of Web-Scale Datasets, 2010).
type parquetNode struct {
	element    *format.SchemaElement
	optional   bool
	repeated   bool
	repetition int // level of an element that repeats here
	definition int // level of a value that is there
	children   []*parquetNode
	leaf       int // number among the leaves; of a group its first one
	leaves     int
}

// readSchema arranges the elements of a schema, which lie in the order of a walk, into a tree. It returns its top and the leaves.
func readSchema(elements []format.SchemaElement) (*parquetNode, []*parquetNode, error) {
	var leaves []*parquetNode
	next := 0
	var read func(repetition, definition, depth int) (*parquetNode, error)
	read = func(repetition, definition, depth int) (*parquetNode, error) {
		if next == len(elements) || depth > depthLimit {
			return nil, parquetBroken("schema %d", next)
		}
		n := &parquetNode{element: &elements[next], repetition: repetition, definition: definition, leaf: len(leaves)}
		next++
		if kind := n.element.RepetitionType; depth > 0 && kind.Valid {
			n.optional, n.repeated = kind.V == format.Optional, kind.V == format.Repeated
		}
		if n.optional || n.repeated {
			n.definition++
		}
		if n.repeated {
			n.repetition++
		}
		if n.element.Type.Valid {
			if len(leaves) == columnLimit {
				return nil, &Problem{Key: "recon_source.columns_many", Args: map[string]any{"Max": columnLimit}}
			}
			n.leaves = 1
			leaves = append(leaves, n)
			return n, nil
		}
		for range max(n.element.NumChildren.V, 0) {
			child, err := read(n.repetition, n.definition, depth+1)
			if err != nil {
				return nil, err
			}
			n.children = append(n.children, child)
			n.leaves += child.leaves
		}
		return n, nil
	}
	top, err := read(0, 0, 0)
	if err == nil && next != len(elements) {
		err = parquetBroken("schema %d", next)
	}
	return top, leaves, err
}

// list says whether n is annotated as a list, keyed whether as a map.
func (n *parquetNode) list() bool {
	_, is := n.element.LogicalType.Value.(*format.ListType)
	return is || n.converted(deprecated.List)
}

func (n *parquetNode) keyed() bool {
	_, is := n.element.LogicalType.Value.(*format.MapType)
	return is || n.converted(deprecated.Map) || n.converted(deprecated.MapKeyValue)
}

func (n *parquetNode) converted(to deprecated.ConvertedType) bool {
	return n.element.ConvertedType.Valid && n.element.ConvertedType.V == to
}
