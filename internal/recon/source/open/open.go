// Package open opens a file of records in whatever format it is.
package open

import (
	"bytes"
	"errors"
	"io"
	"os"

	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/statement"
)

// headSize is how much of a file its format is found out from.
const headSize = 64 << 10

// File opens the file at path. The format is found out from the content, unless o forces one; the name says nothing. It returns the
// error of the operating system where the file cannot be opened, and a *source.Problem where it is in no format that is read. Closing
// the source closes the file.
func File(path string, o source.Options) (source.Source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s, err := open(f, o)
	if err != nil {
		_ = f.Close() // it was only read
		return nil, err
	}
	return &file{s, f}, nil
}

// file closes the file with its source.
type file struct {
	source.Source
	f *os.File
}

func (f *file) Close() error { return errors.Join(f.Source.Close(), f.f.Close()) }

// Position returns how many bytes of its file a source has read, and how many there are; nothing where its format is not read from the
// front to the back. It is for whoever calls Next.
func Position(s source.Source) (read, size int64) {
	from, ok := s.(*file)
	if !ok {
		return 0, 0
	}
	info, err := from.f.Stat()
	if err != nil {
		return 0, 0
	}
	if read, err = from.f.Seek(0, io.SeekCurrent); err != nil {
		return 0, 0
	}
	return read, info.Size()
}

func open(f *os.File, o source.Options) (source.Source, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	head := make([]byte, headSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return nil, err
	}
	format := o.Format
	if format == "" {
		if format, err = Detect(head[:n]); err != nil {
			return nil, err
		}
	}
	switch format {
	case source.CSV:
		return source.OpenCSV(f, o)
	case source.XLSX:
		return source.OpenXLSX(f, info.Size(), o)
	case source.Parquet:
		return source.OpenParquet(f, info.Size(), o)
	case source.JSON, source.NDJSON:
		return source.OpenJSON(f, o)
	case source.Camt052, source.Camt053, source.Camt054, source.MT940, source.MT942, source.BAI2, source.OFX, source.QIF:
		return statement.Open(f, format)
	}
	return nil, &source.Problem{Key: "recon_source.format_unknown", Value: string(format)}
}

// Detect finds out the format from the beginning of a file, 64 KiB or all of it. What is nothing else is CSV. It returns a
// *source.Problem for formats that are known and not read: PDF, old workbooks, archives, web pages.
func Detect(head []byte) (source.Format, error) {
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return source.XLSX, nil
	case (bytes.HasPrefix(head, []byte("PAR1")) || bytes.HasPrefix(head, []byte("PARE"))) && bytes.ContainsAny(head, "\x00\x15"):
		return source.Parquet, nil
	case bytes.HasPrefix(head, []byte("%PDF-")):
		return "", &source.Problem{Key: "recon_source.pdf"}
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")):
		return "", &source.Problem{Key: "recon_source.workbook_old"}
	case bytes.HasPrefix(head, []byte("\x1F\x8B")), bytes.HasPrefix(head, []byte("BZh")), bytes.HasPrefix(head, []byte("7z\xBC\xAF\x27\x1C")),
		bytes.HasPrefix(head, []byte("\x28\xB5\x2F\xFD")), bytes.HasPrefix(head, []byte("\xFD7zXZ\x00")), bytes.HasPrefix(head, []byte("Rar!")):
		return "", &source.Problem{Key: "recon_source.compressed"}
	}
	if format, ok := statement.Detect(head); ok {
		return format, nil
	}
	text := narrow(head)
	if lower := bytes.ToLower(text[:min(len(text), 512)]); bytes.HasPrefix(lower, []byte("<!doctype html")) || bytes.HasPrefix(lower, []byte("<html")) ||
		bytes.HasPrefix(lower, []byte("<table")) {
		return "", &source.Problem{Key: "recon_source.web_page"}
	}
	if begins(text, '[', "{]") || begins(text, '{', "\"}") {
		return source.JSON, nil
	}
	return source.CSV, nil
}

// narrow is the beginning of a text without its byte order mark, the zero bytes of UTF-16 and leading space: enough to see what it is.
func narrow(head []byte) []byte {
	for _, mark := range []string{"\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"} {
		head = bytes.TrimPrefix(head, []byte(mark))
	}
	return bytes.TrimLeft(bytes.ReplaceAll(head, []byte{0}, nil), " \t\r\n")
}

// begins says whether text begins with a bracket and then, spaces apart, with one of next.
func begins(text []byte, bracket byte, next string) bool {
	if len(text) == 0 || text[0] != bracket {
		return false
	}
	text = bytes.TrimLeft(text[1:], " \t\r\n")
	return len(text) > 0 && bytes.IndexByte([]byte(next), text[0]) >= 0
}
