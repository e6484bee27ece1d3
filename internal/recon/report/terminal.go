package report

import (
	"bufio"
	"io"
	"slices"
	"strings"
	"unicode"

	"khadamat/internal/recon/result"
)

// Summary writes what a person at a terminal wants to see of a result: files, sums that prove that nothing was lost, what each pass found,
// breaks by cause, what is open, and the time. Errors of w are not told: there is nobody left to tell.
func (d *Digest) Summary(w io.Writer, language string) {
	out := bufio.NewWriter(w)
	defer out.Flush()
	d.of.print(out, newWording(language))
}

func (d *digest) print(out *bufio.Writer, words *wording) {
	title := func(text string) { _, _ = out.WriteString("\n" + text + "\n") }
	_, _ = out.WriteString(words.t("recon_report.title", nil) + " · " + words.seconds(d.Took) + "\n")

	title(words.t("recon_report.files", nil))
	files := [][]string{{""}, {words.t("recon_report.column.file", nil)}, {words.t("recon_report.column.rows", nil)},
		{words.t("recon_report.rejected_rows", nil)}, {words.t("recon_report.records", nil)}}
	repeated, anyRepeated := []string{words.t("recon_report.repeated_rows", nil)}, false
	for _, side := range d.sides() {
		source := &d.Sources[side]
		for i, cell := range []string{words.side(side), printable(source.Name), words.number(source.Rows), words.number(source.Rejected()), words.number(source.Records)} {
			files[i] = append(files[i], cell)
		}
		repeated, anyRepeated = append(repeated, words.number(source.Repeated)), anyRepeated || source.Repeated > 0
	}
	if anyRepeated {
		files = slices.Insert(files, len(files)-1, repeated)
	}
	printAligned(out, files)
	for _, note := range d.Notes {
		_, _ = out.WriteString("  ! " + oneLine(note, 200) + "\n")
	}

	title(words.t("recon_report.proof", nil))
	var proof [][]string
	for _, sums := range d.Sums {
		proof = append(proof, proofLines(words, sums)...)
	}
	printAligned(out, proof)
	if d.proved() {
		_, _ = out.WriteString("  ✓ " + words.t("recon_report.proved", nil) + "\n")
	} else {
		_, _ = out.WriteString("  ✗ " + words.t("recon_report.not_proved", nil) + "\n")
	}

	in, settled := d.records()
	title(words.t("recon_report.passes", nil))
	rows := [][]string{{"", words.t("recon_report.column.matches", nil), words.t("recon_report.records", nil), words.t("recon_report.column.time", nil)}}
	for _, p := range d.Passes {
		rows = append(rows, []string{printable(words.pass(p.Name)), words.number(p.Matches), words.number(p.Records), words.seconds(p.Took)})
	}
	printAligned(out, rows)
	printAligned(out, [][]string{
		{words.t("recon_report.rate", nil), words.rate(settled, in)},
		{words.t("recon_report.suggestions", nil), words.number(d.suggested)},
	})

	if len(d.causes) > 0 {
		title(words.t("recon_report.causes", nil))
		printAligned(out, tallyLines(words, d.causes, words.cause))
	}
	if len(d.reasons) > 0 {
		title(words.t("recon_report.open_items", nil))
		printAligned(out, tallyLines(words, d.reasons, words.reason))
	}
}

// proofLines are the lines of one side and currency: in, and below it what that is made of.
func proofLines(words *wording, sums result.Sums) [][]string {
	lines := [][]string{{strings.TrimSpace(words.side(sums.Side) + " " + sums.Currency), words.t("recon_report.column.count", nil),
		words.t("recon_report.column.amount", nil)}}
	for _, part := range []struct {
		label string
		sum   result.Sum
	}{
		{words.t("recon_report.in", nil), sums.In},
		{"= " + words.t("recon_report.status.matched", nil), sums.Matched},
		{"+ " + words.t("recon_report.status.suggested", nil), sums.Suggested},
		{"+ " + words.t("recon_report.offset", nil), sums.Offset},
		{"+ " + words.t("recon_report.open", nil), sums.Open},
	} {
		line := []string{part.label, words.number(part.sum.Count)}
		if sums.Currency != "" || sums.In.Minor != 0 {
			line = append(line, words.minor(part.sum.Minor, sums.Currency))
		}
		lines = append(lines, line)
	}
	if len(lines[1]) == 2 {
		lines[0] = lines[0][:2]
	}
	return lines
}

func tallyLines(words *wording, tallies []tally, name func(string) string) [][]string {
	lines := make([][]string, len(tallies))
	for i, t := range tallies {
		lines[i] = []string{printable(name(t.name)), words.number(t.count), words.amounts(t.amounts)}
	}
	return lines
}

// printAligned writes rows in columns, two letters apart: the first column begins, the others end together.
func printAligned(out *bufio.Writer, rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-columns(cell))
			line.WriteString("  ")
			if i == 0 {
				line.WriteString(cell + padding)
			} else {
				line.WriteString(padding + cell)
			}
		}
		_, _ = out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// columns returns how many places of a terminal a text takes; marks that are not seen take none.
func columns(s string) int {
	n := 0
	for _, r := range s {
		if !unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
			n++
		}
	}
	return n
}

// printable leaves out of a name what a terminal would take for a command.
func printable(s string) string { return oneLine(s, 60) }

// oneLine is printable for texts of some other length.
func oneLine(s string, runes int) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, short(s, runes))
}
