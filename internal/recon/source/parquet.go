package source

import (
	"errors"
	"io"
	"strings"

	"github.com/parquet-go/parquet-go/format"
)

const (
	// valueRatio is how many values a Parquet file may have for each of its bytes, beyond valueGrace, null or not; textRatio and
	// textGrace say the same of the bytes of text that come out of it. Columns that repeat themselves pack well, records never that well.
	valueRatio = 1000
	valueGrace = 64 << 20
	textRatio  = 1000
	textGrace  = 1 << 30
)

type parquetSource struct {
	r           io.ReaderAt
	size        int64
	groups      []format.RowGroup // to come
	leaves      []*parquetNode
	writers     []writer
	quoted      []bool
	columns     []*parquetNode
	chunks      []*chunk
	left        int64 // rows of this row group to come
	row         int
	held        int64
	written     int64 // bytes of text so far
	description Description
	values      [][]byte
	ends        []int  // of the values in line
	line        []byte // the values of the row
	lists       parquetLists
	failed      error
}

// OpenParquet opens a Parquet file of size bytes. Groups become columns with dots in their names; lists and maps stay one column, in
// JSON. Dates come as 2006-01-02, timestamps as 2006-01-02T15:04:05 with the fraction of a second that they have, and with Z where the
// file says that they are in UTC; decimals are exact; what is null, or no number, is empty. Rows have no line.
//
// Whatever the file, it takes memory for its description, and for one page and the dictionary of each column: 512 MiB at most. Pages
// are read with the row. The source does not close r.
//
// It returns a *Problem for a file that is torn, damaged, encrypted, or larger inside than it may be.
func OpenParquet(r io.ReaderAt, size int64, _ Options) (Source, error) {
	meta, err := readFooter(r, size)
	if err != nil {
		return nil, err
	}
	top, leaves, err := readSchema(meta.Schema)
	if err != nil {
		return nil, err
	}
	s := &parquetSource{r: r, size: size, groups: meta.RowGroups, leaves: leaves, writers: make([]writer, len(leaves)), quoted: make([]bool, len(leaves)),
		chunks: make([]*chunk, len(leaves))}
	for i, leaf := range leaves {
		if s.writers[i], s.quoted[i], err = newWriter(leaf.element); err != nil {
			return nil, err
		}
	}
	allowed := valueGrace + valueRatio*size
	for _, group := range meta.RowGroups {
		if group.NumRows < 0 || len(group.Columns) != len(leaves) {
			return nil, parquetBroken("row group")
		}
		for i := range group.Columns {
			if allowed -= max(group.NumRows, group.Columns[i].MetaData.NumValues); allowed < 0 {
				return nil, &Problem{Key: "recon_source.parquet_bomb"}
			}
		}
	}
	names := s.flatten(nil, "", top)
	if len(names) == 0 {
		return nil, &Problem{Key: "recon_source.empty"}
	}
	var l layout
	l.name(names, len(names))
	s.description = Description{Format: Parquet, Encoding: utf8Name, Header: l.header, Notes: l.notes}
	s.values, s.ends = make([][]byte, len(names)), make([]int, len(names))
	s.lists = parquetLists{source: s, entries: make([][]listEntry, len(leaves)), ahead: make([]*parquetEntry, len(leaves))}
	return s, nil
}

// flatten finds the columns under a group.
func (s *parquetSource) flatten(names []string, path string, group *parquetNode) []string {
	for _, n := range group.children {
		name := path + strings.ToValidUTF8(n.element.Name, "\uFFFD")
		switch {
		case n.leaves == 0:
		case n.repeated, n.list(), n.keyed(), n.element.Type.Valid:
			s.columns, names = append(s.columns, n), append(names, name)
		default:
			names = s.flatten(names, name+".", n)
		}
	}
	return names
}

func (s *parquetSource) Description() Description { return s.description }

func (s *parquetSource) Close() error { return nil }

func (s *parquetSource) Next() (Row, error) {
	if s.failed == nil {
		s.failed = s.begin()
	}
	if s.failed != nil {
		return Row{}, s.failed
	}
	s.left--
	s.row++
	s.line = s.line[:0]
	var problem *Problem
	for i, n := range s.columns {
		key, err := s.column(n)
		if err != nil {
			s.failed = err
			return Row{}, err
		}
		if key == "" && len(s.line) > recordLimit {
			key = "recon_source.record_long"
		}
		if key != "" && problem == nil {
			problem = &Problem{Key: key, Row: s.row, Column: s.description.Header[i], Value: excerpt(s.line[min(s.end(i), len(s.line)):])}
			if key == "recon_source.record_long" {
				problem.Args = map[string]any{"Max": recordLimit >> 10}
			}
		}
		if problem != nil {
			s.line = s.line[:0]
		}
		s.ends[i] = len(s.line)
	}
	if s.written += int64(len(s.line)); s.written > textGrace+textRatio*s.size {
		s.failed = &Problem{Key: "recon_source.parquet_bomb"}
		return Row{}, s.failed
	}
	if problem != nil {
		return Row{}, problem
	}
	for i, end := range s.ends {
		s.values[i] = s.line[s.end(i):end:end]
	}
	return Row{Number: s.row, Values: s.values}, nil
}

// end is where the value before column i ends.
func (s *parquetSource) end(i int) int {
	if i == 0 {
		return 0
	}
	return s.ends[i-1]
}

// begin opens the next row group that has rows, once those of the last one were read.
func (s *parquetSource) begin() error {
	for s.left == 0 {
		for i, c := range s.chunks {
			if c == nil {
				continue
			}
			c.close()
			if s.lists.ahead[i] != nil || c.inPage > 0 || c.valuesLeft > 0 {
				return c.broken(errPage) // rows that the file does not count
			}
		}
		clear(s.chunks)
		if len(s.groups) == 0 {
			return io.EOF
		}
		group := s.groups[0]
		s.groups = s.groups[1:]
		for i, leaf := range s.leaves {
			var err error
			if s.chunks[i], err = openChunk(s.r, s.size, leaf, &group.Columns[i], &s.held); err != nil {
				return err
			}
		}
		s.left = group.NumRows
	}
	return nil
}

// column appends the value of a column to the line. A key says what is wrong with it; an error ends the reading.
func (s *parquetSource) column(n *parquetNode) (key string, err error) {
	if !n.element.Type.Valid || n.repeated {
		return s.lists.column(n)
	}
	e, err := s.chunks[n.leaf].next()
	if errors.Is(err, io.EOF) {
		err = s.chunks[n.leaf].broken(errPage)
	}
	if err != nil || e.null {
		return "", err
	}
	return s.write(n.leaf, e.parquetValue), nil
}

// write appends the text of a value to the line, or the beginning of one that is wrong.
func (s *parquetSource) write(leaf int, v parquetValue) (key string) {
	if len(v.bytes) > recordLimit {
		return "recon_source.record_long"
	}
	line, ok := s.writers[leaf](s.line, v)
	if s.line = line; ok {
		return ""
	}
	return "recon_source.parquet_value"
}
