package source

import (
	"io"
	"unicode/utf8"
)

const (
	// recordLimit is the most bytes that one record may take. It bounds the memory that a quote, or a bracket, that is never closed
	// can ask for.
	recordLimit = 512 << 10
	// tailSize is how much is always read beyond the current record, so that the end of the file, where the footers are, lies in
	// memory as a whole when its first record is reached.
	tailSize   = 64 << 10
	windowSize = 2 << 20
)

// window is the part of a text that lies in memory. It holds at least recordLimit+tailSize bytes from pos on, or all that is left.
type window struct {
	r     io.Reader
	buf   []byte
	pos   int  // of the next record
	end   int  // of what was read
	eof   bool // nothing comes after end
	valid bool // all of it is UTF-8
	err   error
}

func newWindow(r io.Reader) *window { return &window{r: r, buf: make([]byte, windowSize), valid: true} }

// fill moves the window on if it must and says whether it moved. Errors of reading are kept in err and count as the end.
func (w *window) fill() bool {
	if w.eof || w.end-w.pos >= recordLimit+tailSize {
		return false
	}
	kept := copy(w.buf, w.buf[w.pos:w.end])
	w.pos, w.end = 0, kept
	empty := 0
	for w.end < len(w.buf) && !w.eof {
		n, err := w.r.Read(w.buf[w.end:])
		w.end += n
		switch {
		case err == io.EOF:
			w.eof = true
		case err != nil:
			w.eof, w.err = true, err
		case n > 0:
			empty = 0
		default:
			if empty++; empty == 100 {
				w.eof, w.err = true, io.ErrNoProgress
			}
		}
	}
	w.valid = utf8.Valid(wholeRunes(w.buf[:w.end], w.eof))
	return true
}

// wholeRunes leaves out a letter that the end of p cuts off, unless p ends the file.
func wholeRunes(p []byte, eof bool) []byte {
	if eof {
		return p
	}
	for i := len(p) - 1; i >= 0 && i >= len(p)-utf8.UTFMax; i-- {
		if utf8.RuneStart(p[i]) {
			if !utf8.FullRune(p[i:]) {
				return p[:i]
			}
			break
		}
	}
	return p
}

// rest is what lies in memory from the next record on.
func (w *window) rest() []byte { return w.buf[w.pos:w.end] }
