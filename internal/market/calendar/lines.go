package calendar

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// What one calendar may have at most. Real ones stay far below; the bounds keep a hostile one from costing more than a moment.
const (
	maxLineBytes  = 64 << 10 // of one content line, unfolded
	maxParamBytes = 1 << 10  // of a line's name and parameters
	maxDepth      = 5
	maxEvents     = 20_000
)

var errNotCalendar = errors.New("not a calendar")

// property is one content line: NAME;PARAM=value:VALUE.
type property struct {
	name   string
	params map[string]string
	value  string
}

// component is what stands between BEGIN and END. Of what we do not need nothing is kept.
type component struct {
	name       string
	properties map[string][]property
	children   []component
}

func (c *component) first(name string) (property, bool) {
	if all := c.properties[name]; len(all) > 0 {
		return all[0], true
	}
	return property{}, false
}

func (c *component) value(name string) string {
	p, _ := c.first(name)
	return strings.TrimSpace(p.value)
}

// wanted are the properties that say when somebody is busy; descriptions, attendees and pictures are skipped unread.
var wanted = map[string]bool{
	"BEGIN": true, "END": true, "DTSTART": true, "DTEND": true, "DURATION": true, "RRULE": true, "RDATE": true, "EXDATE": true, "RECURRENCE-ID": true,
	"UID": true, "STATUS": true, "TRANSP": true, "TZID": true, "X-LIC-LOCATION": true, "TZOFFSETTO": true,
}

// lineReader gives the content lines of a calendar, unfolded.
type lineReader struct {
	in   *bufio.Reader
	next []byte // a line that was read ahead
	held bool
	end  bool
}

// read returns the next content line. A line that is too long is cut: what is cut off belongs to a property that is skipped, or is
// noticed as broken.
func (r *lineReader) read() ([]byte, error) {
	line, err := r.physical()
	if err != nil {
		return nil, err
	}
	line = bytes.Clone(line)
	for {
		more, err := r.physical()
		if errors.Is(err, io.EOF) {
			return line, nil
		}
		if err != nil {
			return nil, err
		}
		if len(more) == 0 || (more[0] != ' ' && more[0] != '\t') {
			r.next, r.held = more, true
			return line, nil
		}
		if len(line) < maxLineBytes {
			line = append(line, more[1:]...)
		}
	}
}

// physical returns one line of the file without its end.
func (r *lineReader) physical() ([]byte, error) {
	if r.held {
		r.held = false
		return r.next, nil
	}
	if r.end {
		return nil, io.EOF
	}
	var line []byte
	for {
		part, err := r.in.ReadSlice('\n')
		if len(line) < maxLineBytes {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			r.end = true
			if len(line) == 0 {
				return nil, io.EOF
			}
			return bytes.TrimRight(line, "\r\n"), nil
		case err != nil:
			return nil, err
		}
		return bytes.TrimRight(line, "\r\n"), nil
	}
}

// parseLine reads one content line, or says that it is none of those that are wanted.
func parseLine(line []byte) (p property, ok bool, err error) {
	end := bytes.IndexAny(line, ";:")
	if end <= 0 {
		return property{}, false, nil // real calendars have lines of nonsense; a reader goes on
	}
	p.name = strings.ToUpper(string(line[:min(end, maxParamBytes)]))
	if !wanted[p.name] {
		return property{}, false, nil
	}
	if len(line) >= maxLineBytes {
		return property{}, false, fmt.Errorf("%w: a line of %s is too long", errNotCalendar, p.name)
	}
	rest := string(line[end:])
	for strings.HasPrefix(rest, ";") {
		name, after, found := strings.Cut(rest[1:], "=")
		if !found || len(name) > maxParamBytes {
			return property{}, false, nil
		}
		var value string
		if value, rest, found = paramValue(after); !found {
			return property{}, false, nil
		}
		if p.params == nil {
			p.params = map[string]string{}
		}
		p.params[strings.ToUpper(name)] = value
	}
	p.value, ok = strings.CutPrefix(rest, ":")
	return p, ok, nil
}

// paramValue reads a parameter's value, quoted or not, and returns what comes after it.
func paramValue(text string) (value, rest string, ok bool) {
	if quoted, found := strings.CutPrefix(text, `"`); found {
		value, rest, ok = strings.Cut(quoted, `"`)
		return value, rest, ok
	}
	end := strings.IndexAny(text, ";:")
	if end < 0 {
		return "", "", false
	}
	return text[:end], text[end:], true
}

// parse reads a calendar. What stands after its end is not looked at.
func parse(source io.Reader) (component, error) {
	reader := &lineReader{in: bufio.NewReaderSize(source, 16<<10)}
	first, err := reader.read()
	if err != nil {
		return component{}, errors.Join(errNotCalendar, err)
	}
	first = bytes.TrimPrefix(first, []byte("\ufeff"))
	if !strings.EqualFold(strings.TrimSpace(string(first)), "BEGIN:VCALENDAR") {
		return component{}, fmt.Errorf("%w: it begins with %.40q", errNotCalendar, first)
	}
	events := 0
	return reader.component("VCALENDAR", 1, &events)
}

func (r *lineReader) component(name string, depth int, events *int) (component, error) {
	if depth > maxDepth {
		return component{}, fmt.Errorf("%w: components are nested too deeply", errNotCalendar)
	}
	c := component{name: name, properties: map[string][]property{}}
	for {
		line, err := r.read()
		if errors.Is(err, io.EOF) {
			return component{}, fmt.Errorf("%w: %s has no end", errNotCalendar, name)
		}
		if err != nil {
			return component{}, err
		}
		p, ok, err := parseLine(line)
		switch {
		case err != nil:
			return component{}, err
		case !ok:
		case p.name == "BEGIN":
			child, err := r.component(strings.ToUpper(strings.TrimSpace(p.value)), depth+1, events)
			if err != nil {
				return component{}, err
			}
			if *events++; *events > maxEvents {
				return component{}, errTooMuch
			}
			if child.name != "VALARM" && child.name != "VTODO" && child.name != "VJOURNAL" {
				c.children = append(c.children, child)
			}
		case p.name == "END":
			if !strings.EqualFold(strings.TrimSpace(p.value), name) {
				return component{}, fmt.Errorf("%w: %s ends as %.40q", errNotCalendar, name, p.value)
			}
			return c, nil
		default:
			c.properties[p.name] = append(c.properties[p.name], p)
		}
	}
}
