package report

import (
	"bufio"
	_ "embed"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
)

var (
	//go:embed page.html
	pageSource string
	//go:embed page.css
	pageStyle string

	pageTemplate = template.Must(template.New("page").Parse(pageSource))
)

// page is what page.html shows: words and numbers that are ready to be read, in the order of reading.
type page struct {
	Language, Direction string
	Style               template.CSS
	Title               string
	Names               []string // of the files
	Proved              bool
	Verdict             string
	Ring                ring
	Cards               []card
	Sections            []section
}

// ring is the share of settled records, drawn around its number.
type ring struct {
	Label, Value string
	Done, Rest   string // lengths of the circle's 100
}

type card struct{ Label, Value, Note, Tone string }

// section is a part of the page: a sentence, a chart with its legend, tables, code; what is empty does not show.
type section struct {
	Title, Note string
	Legend      []legend
	Bars        []bar
	Tables      []table
	Code        string
	Empty       string // said where there is nothing else
}

type legend struct{ Label, Tone string }

// bar is a row of a chart.
type bar struct {
	Label, Under, Value string
	Pieces              []piece
}

// piece is a part of a bar: where it begins and how long it is, out of 100.
type piece struct{ Start, Length, Tone, Words string }

type table struct {
	Caption, Note string
	Head          []column
	Rows          [][]cell
}

type column struct {
	Label  string
	Number bool
}

// cell is a cell of a table: a text, lines that stand small below it, and chips. What comes from a file has a line of its own, so that
// its direction and that of our words do not mix.
type cell struct {
	Text   string
	Under  []string
	Number bool
	Code   bool // a value as it stands in a file
	Tone   string
	Chips  []chip
}

// under are the lines that there are.
func under(lines ...string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

// chip is a piece of evidence: what was found, and how many bits it weighs.
type chip struct{ Text, Weight, Tone string }

func writePage(w io.Writer, d *digest, words *wording) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := pageTemplate.Execute(out, newPage(d, words)); err != nil {
		return err
	}
	return out.Flush()
}

// portion is a count on its way into a bar.
type portion struct {
	count int
	tone  string
	label string
}

// pieces lays portions one after the other on a bar on which all has the full length. The smallest portion can still be seen.
func pieces(all int, portions []portion, words *wording) []piece {
	var laid []piece
	start := 0.0
	for _, p := range portions {
		if p.count <= 0 {
			continue
		}
		length := min(max(share(p.count, all), 0.4), 100-start)
		laid = append(laid, piece{tenths(start), tenths(length), p.tone, p.label + " " + words.number(p.count)})
		start += length
	}
	return laid
}

// share returns part of all, out of 100.
func share(part, all int) float64 {
	if all <= 0 {
		return 0
	}
	return min(100, 100*float64(part)/float64(all))
}

func tenths(f float64) string { return strconv.FormatFloat(math.Round(f*100)/100, 'f', -1, 64) }

// join joins what there is.
func join(between string, parts ...string) string {
	joined := ""
	for _, part := range parts {
		if part == "" {
			continue
		}
		if joined != "" {
			joined += between
		}
		joined += part
	}
	return joined
}
