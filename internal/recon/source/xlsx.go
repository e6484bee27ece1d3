package source

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
)

const (
	// partLimit is the most bytes that a sheet may unpack to, sharedLimit the most for the texts that all sheets share (these are
	// kept in memory), and smallLimit for the parts that describe the workbook.
	partLimit   = 8 << 30
	sharedLimit = 256 << 20
	smallLimit  = 16 << 20
	// ratioLimit is how many times its packed size a part may unpack to, beyond its first ratioGrace bytes. Real sheets reach 50.
	ratioLimit = 300
	ratioGrace = 16 << 20
	// entryLimit is the most files in a workbook's archive.
	entryLimit = 10_000
)

type xlsxSource struct {
	book        *workbook
	sheet       *sheetReader
	layout      layout
	description Description
	queue       []sheetRow // rows read ahead: the sample first, then enough to see the footers coming
	free        []sheetRow
	ended       bool // nothing comes after the queue
	cut         bool // the footers were taken from it
	row         int
	skip        int // rows of the queue that stand before the records
	values      [][]byte
	failed      error
}

// OpenXLSX opens a sheet of a workbook of size bytes: the one that is asked for, or else the first that has records. Dates come as
// 2006-01-02, with T15:04:05 where they have a time, numbers as plain decimals with the 15 digits that Excel keeps. Lines are the
// sheet's own row numbers. The sheet is unpacked while it is read; only the texts that cells share are held in memory. The source
// does not close r.
//
// It returns a *Problem for what is no workbook, is damaged, unpacks to more than it may, or has no such sheet or no records.
func OpenXLSX(r io.ReaderAt, size int64, o Options) (Source, error) {
	book, err := openWorkbook(r, size)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(book.sheets))
	for i, sheet := range book.sheets {
		names[i] = sheet.name
	}
	var found *xlsxSource
	slices.SortStableFunc(book.sheets, func(a, b sheetEntry) int { return a.hidden - b.hidden })
	for _, sheet := range book.sheets {
		if o.Sheet != "" && sheet.name != o.Sheet {
			continue
		}
		s := &xlsxSource{book: book}
		if err := s.open(sheet); err != nil {
			return nil, err
		}
		if s.records() || found == nil && (len(s.queue) > 0 || o.Sheet != "") {
			found = s
		}
		if s.records() {
			break
		}
	}
	if found == nil || len(found.queue) == 0 {
		if found == nil && o.Sheet != "" {
			return nil, &Problem{Key: "recon_source.sheet_unknown", Args: map[string]any{"Sheets": excerpt([]byte(strings.Join(names, ", ")))}, Value: excerpt([]byte(o.Sheet))}
		}
		return nil, &Problem{Key: "recon_source.empty"}
	}
	found.description.Sheets = names
	return found, nil
}

// open reads the beginning of a sheet and its layout.
func (s *xlsxSource) open(sheet sheetEntry) error {
	part, err := s.book.open(sheet.path, partLimit)
	if err != nil {
		return err
	}
	s.sheet = newSheetReader(s.book, part)
	var sample []sampleRow
	for cells := 0; len(s.queue) < sampleLimit && cells < sampleCells; {
		if err := s.read(); err != nil {
			return err
		}
		if s.ended {
			break
		}
		row := sampleRow{}
		last := s.queue[len(s.queue)-1]
		row.line = last.line
		for _, cell := range last.cells {
			row.cells = append(row.cells, string(cell))
			cells += 1 + len(cell)/64
		}
		sample = append(sample, row)
	}
	if len(sample) == 0 {
		return nil
	}
	s.layout = findLayout(sample, false)
	s.skip = s.layout.first
	s.description = Description{Format: XLSX, Encoding: utf8Name, Header: s.layout.header, HeaderRow: s.layout.headerRow, Sheet: sheet.name, Notes: s.layout.notes}
	s.values = make([][]byte, len(s.layout.header))
	return nil
}

// records says whether the sheet has a record.
func (s *xlsxSource) records() bool { return len(s.queue) > s.skip }

// read appends the next row that is not blank to the queue.
func (s *xlsxSource) read() error {
	var row sheetRow
	if n := len(s.free); n > 0 {
		row, s.free = s.free[n-1], s.free[:n-1]
	}
	for {
		err := s.sheet.next(&row)
		if err == io.EOF {
			s.ended = true
			return nil
		}
		if err != nil {
			return err
		}
		if !row.blank() {
			s.queue = append(s.queue, row)
			return nil
		}
	}
}

func (s *xlsxSource) Description() Description { return s.description }

func (s *xlsxSource) Close() error { return s.sheet.close() }

func (s *xlsxSource) Next() (Row, error) {
	for s.skip > 0 {
		s.drop()
		s.skip--
	}
	for !s.ended && len(s.queue) <= footerLimit && s.failed == nil {
		s.failed = s.read()
	}
	if s.ended && !s.cut {
		s.cutFooters()
	}
	if len(s.queue) == 0 {
		return Row{}, cmp.Or(s.failed, io.EOF)
	}
	row := s.queue[0]
	defer s.drop()
	s.row++
	if row.problem != "" {
		return Row{}, &Problem{Key: row.problem, Args: map[string]any{"Max": recordLimit >> 10}, Line: row.line, Row: s.row,
			Column: s.column(row.column), Value: excerpt(row.value)}
	}
	clear(s.values)
	for c, cell := range row.cells {
		if c < len(s.values) {
			s.values[c] = cell
		} else if len(bytes.TrimSpace(cell)) > 0 {
			return Row{}, &Problem{Key: "recon_source.ragged", Args: map[string]any{"Found": len(row.cells), "Expected": len(s.values)},
				Line: row.line, Row: s.row, Column: s.column(c), Value: excerpt(cell)}
		}
	}
	return Row{Number: s.row, Line: row.line, Values: s.values}, nil
}

// column is the name of a column from 0, or its letters where it has none.
func (s *xlsxSource) column(index int) string {
	if index < len(s.layout.header) {
		return s.layout.header[index]
	}
	return columnName(index)
}

// drop takes the first row from the queue. Its memory serves the row after the next one, so that values stay until then.
func (s *xlsxSource) drop() {
	s.free = append(s.free, s.queue[0])
	s.queue = s.queue[1:]
}

// cutFooters takes the footers from the end of the queue, which is the end of the sheet.
func (s *xlsxSource) cutFooters() {
	s.cut = true
	var notes []Problem
	for n := 0; n < footerLimit && len(s.queue) > s.skip; n++ {
		row := s.queue[len(s.queue)-1]
		if row.problem != "" || !s.layout.footer(row.cells) {
			break
		}
		notes = append([]Problem{{Key: "recon_source.line_after", Line: row.line, Value: joinedFields(row.cells)}}, notes...)
		s.queue = s.queue[:len(s.queue)-1]
	}
	s.description.Notes = append(s.description.Notes, notes...)
}

// broken is the *Problem of a workbook that is damaged.
func broken(err error) error {
	var problem *Problem
	if errors.As(err, &problem) {
		return err
	}
	return &Problem{Key: "recon_source.workbook_broken", Value: excerpt([]byte(err.Error()))}
}

// open opens a part of the archive, which may unpack to limit bytes at most.
func (b *workbook) open(name string, limit int64) (io.ReadCloser, error) {
	entry := b.parts[strings.ToLower(path.Clean("/"+name))]
	if entry == nil {
		return nil, &Problem{Key: "recon_source.workbook_broken", Value: excerpt([]byte(name))}
	}
	r, err := entry.Open()
	if err != nil {
		return nil, broken(err)
	}
	return &boundedPart{ReadCloser: r, left: min(limit, ratioGrace+ratioLimit*int64(min(entry.CompressedSize64, 1<<40)))}, nil
}

// boundedPart refuses what unpacks to more than it may.
type boundedPart struct {
	io.ReadCloser
	left int64
}

func (p *boundedPart) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, &Problem{Key: "recon_source.workbook_bomb"}
	}
	if err != nil && err != io.EOF {
		err = broken(err)
	}
	return n, err
}

// openArchive opens the archive and lists its parts by their lower-case names.
func openArchive(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, broken(err)
	}
	if len(archive.File) > entryLimit {
		return nil, &Problem{Key: "recon_source.workbook_bomb"}
	}
	parts := make(map[string]*zip.File, len(archive.File))
	for _, file := range archive.File {
		parts[strings.ToLower(path.Clean("/"+file.Name))] = file
	}
	return parts, nil
}
