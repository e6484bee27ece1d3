package admin

import (
	"encoding/csv"
	"net/http"
	"strings"
)

// sheet writes rows as a CSV file, as they come: nothing of it waits in memory.
type sheet struct {
	writer *csv.Writer
	err    error
}

// newSheet begins a file of the given name. From here on nothing but rows can be answered.
func newSheet(w http.ResponseWriter, name string) *sheet {
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	// Spreadsheets take a file for UTF-8 where it begins with this mark alone.
	_, err := w.Write([]byte("\ufeff"))
	return &sheet{writer: csv.NewWriter(w), err: err}
}

func (s *sheet) row(cells ...string) {
	if s.err != nil {
		return
	}
	for i, cell := range cells {
		cells[i] = harmless(cell)
	}
	s.err = s.writer.Write(cells)
}

func (s *sheet) flush() error {
	s.writer.Flush()
	if s.err == nil {
		s.err = s.writer.Error()
	}
	return s.err
}

// harmless keeps a spreadsheet from taking what somebody wrote for a formula: a text that begins like one gets an apostrophe before it.
func harmless(cell string) string {
	if strings.IndexAny(strings.TrimLeft(cell, " \u00a0"), "=+-@\t\r") == 0 || strings.HasPrefix(cell, "\t") || strings.HasPrefix(cell, "\r") {
		return "'" + cell
	}
	return cell
}
