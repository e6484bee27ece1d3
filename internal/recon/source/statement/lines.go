package statement

import (
	"bufio"
	"errors"
	"io"
)

const (
	maxLineBytes  = 64 << 10
	maxFieldBytes = 256 << 10 // of an entry or a logical record over all its lines
)

// lines reads text by lines, however they end (LF, CR LF, CR), and can take one back.
type lines struct {
	r      *bufio.Reader
	number int // of the line that was read last
	buffer []byte
	back   bool
	last   string
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, maxLineBytes)} }

// next returns the next line without its end, io.EOF after the last one, a problem where a line is longer than any statement has.
func (l *lines) next() (string, error) {
	if l.back {
		l.back = false
		l.number++
		return l.last, nil
	}
	l.buffer = l.buffer[:0]
	for {
		c, err := l.r.ReadByte()
		if err != nil {
			if errors.Is(err, io.EOF) && len(l.buffer) > 0 {
				break
			}
			return "", err
		}
		if c == '\n' {
			break
		}
		if c == '\r' {
			if following, _ := l.r.Peek(1); len(following) == 1 && following[0] == '\n' {
				_, _ = l.r.Discard(1) // it was peeked
			}
			break
		}
		if len(l.buffer) == maxLineBytes {
			return "", problem("recon_statement.too_large", l.number+1, "", string(l.buffer[:maxValue]))
		}
		l.buffer = append(l.buffer, c)
	}
	l.number++
	l.last = string(l.buffer)
	return l.last, nil
}

// unread makes next return the line again that it returned last.
func (l *lines) unread() {
	l.back = true
	l.number--
}
