package report

import (
	"html/template"
	"math"
	"strconv"
	"strings"

	"khadamat/internal/recon/result"
)

const (
	// maxTextRunes and maxFindingRunes are how much of a text has room in a table of the page.
	maxTextRunes    = 120
	maxFindingRunes = 90
	// maxMembersListed bounds the records of one match in a table, and maxParts its evidence.
	maxMembersListed = 6
	maxParts         = 8
	maxColumnsListed = 100
	maxRulesRunes    = 60_000
	// leastWeight is the least that is written as more than nothing, in bits.
	leastWeight = 0.05
)

// composer puts the page together.
type composer struct {
	*digest
	words *wording
}

func (c composer) t(key string) string { return c.words.t(key, nil) }

func newPage(d *digest, words *wording) page {
	c := composer{d, words}
	p := page{
		Language: string(words.language), Direction: words.language.Direction(),
		Style:  template.CSS(pageStyle),
		Title:  c.t("recon_report.title"),
		Proved: d.proved(), Verdict: c.t("recon_report.not_proved"),
		Ring: c.ring(), Cards: c.cards(),
	}
	for _, source := range d.Sources {
		p.Names = append(p.Names, short(source.Name, 80))
	}
	if p.Proved {
		p.Verdict = c.t("recon_report.proved")
	}
	p.Sections = []section{c.proof(), c.passes(), c.causesSection(), c.agesSection(), c.breaksSection(), c.openSection(), c.filesSection(), c.rules()}
	return p
}

func (c composer) ring() ring {
	in, settled := c.records()
	done := share(settled, in)
	return ring{Label: c.t("recon_report.rate"), Value: c.words.rate(settled, in), Done: tenths(done), Rest: tenths(100 - done)}
}

func (c composer) cards() []card {
	bySide := func(count func(side result.Side) int) (all, each string) {
		sum := 0
		var counts []string
		for _, side := range c.sides() {
			n := count(side)
			sum += n
			counts = append(counts, c.words.t("recon_report.by_side", map[string]any{"Side": c.words.side(side), "Number": c.words.number(n)}))
		}
		return c.words.number(sum), strings.Join(counts, " · ")
	}
	open, openBySide := bySide(c.openOf)
	rejected, rejectedBySide := bySide(c.rejected)
	offsets := ""
	if c.offsets > 0 {
		offsets = c.words.t("recon_report.offsets_among_them", map[string]any{"Number": c.words.number(c.offsets)})
	}
	return []card{
		{c.t("recon_report.column.matches"), c.words.number(c.matched + c.offsets), offsets, "good"},
		{c.t("recon_report.suggestions"), c.words.number(c.suggested), c.t("recon_report.suggestions_note"), "quiet"},
		{c.t("recon_report.breaks"), c.words.number(c.breaks), c.t("recon_report.breaks_note"), "accent"},
		{c.t("recon_report.open_items"), open, openBySide, "accent"},
		{c.t("recon_report.rejected_rows"), rejected, rejectedBySide, "quiet"},
	}
}

// proof shows, for each side and currency, what the records that came in have become.
func (c composer) proof() section {
	s := section{
		Title: c.t("recon_report.proof"), Note: c.t("recon_report.proof_note"), Empty: c.t("recon_report.no_records"),
		Legend: []legend{
			{c.t("recon_report.status.matched"), "matched"}, {c.t("recon_report.of_which_breaks"), "break"},
			{c.t("recon_report.status.suggested"), "suggested"}, {c.t("recon_report.offset"), "offset"}, {c.t("recon_report.open"), "open"},
		},
	}
	if len(c.Sums) == 0 {
		s.Legend = nil
		return s
	}
	proof := table{Head: []column{
		{c.t("recon_report.column.side"), false}, {c.t("recon_report.in"), true}, {"= " + c.t("recon_report.status.matched"), true},
		{"+ " + c.t("recon_report.status.suggested"), true}, {"+ " + c.t("recon_report.offset"), true}, {"+ " + c.t("recon_report.open"), true},
		{c.t("recon_report.proof"), false},
	}}
	for _, sums := range c.Sums {
		label := c.words.side(sums.Side)
		pieces := pieces(sums.In.Count, []portion{
			{sums.Matched.Count - sums.Break.Count, "matched", c.t("recon_report.status.matched")},
			{sums.Break.Count, "break", c.t("recon_report.of_which_breaks")},
			{sums.Suggested.Count, "suggested", c.t("recon_report.status.suggested")},
			{sums.Offset.Count, "offset", c.t("recon_report.offset")},
			{sums.Open.Count, "open", c.t("recon_report.open")},
		}, c.words)
		s.Bars = append(s.Bars, bar{Label: label, Under: sums.Currency, Value: c.words.number(sums.In.Count), Pieces: pieces})
		sum := func(sum result.Sum) cell {
			shown := cell{Text: c.words.number(sum.Count), Number: true}
			if sums.Currency != "" || sums.In.Minor != 0 {
				shown.Under = under(c.words.minor(sum.Minor, sums.Currency))
			}
			return shown
		}
		verdict := cell{Text: "✓", Tone: "good"}
		if !proved(sums) {
			verdict = cell{Text: "✗", Tone: "bad"}
		}
		proof.Rows = append(proof.Rows, []cell{
			{Text: label, Under: under(sums.Currency)}, sum(sums.In), sum(sums.Matched), sum(sums.Suggested), sum(sums.Offset), sum(sums.Open), verdict,
		})
	}
	s.Tables = []table{proof}
	return s
}

func (c composer) passes() section {
	s := section{Title: c.t("recon_report.passes"), Note: c.t("recon_report.passes_note"), Empty: c.t("recon_report.no_matches")}
	most := 0
	for _, p := range c.Passes {
		most = max(most, p.Records)
	}
	for _, p := range c.Passes {
		s.Bars = append(s.Bars, bar{
			Label: short(c.words.pass(p.Name), 60), Under: c.words.passKind(p),
			Value:  c.words.t("recon_report.pass_found", map[string]any{"Matches": c.words.number(p.Matches), "Records": c.words.number(p.Records)}),
			Pieces: pieces(most, []portion{{p.Records, "matched", c.t("recon_report.records")}}, c.words),
		})
	}
	return s
}

func (c composer) causesSection() section {
	s := section{Title: c.t("recon_report.causes"), Note: c.t("recon_report.causes_note"), Empty: c.t("recon_report.no_breaks")}
	for _, cause := range c.causes {
		s.Bars = append(s.Bars, bar{
			Label: c.words.cause(cause.name), Under: c.words.amounts(cause.amounts), Value: c.words.number(cause.count),
			Pieces: pieces(c.causes[0].count, []portion{{cause.count, "break", c.words.cause(cause.name)}}, c.words),
		})
	}
	return s
}

func (c composer) agesSection() section {
	s := section{Title: c.t("recon_report.ages"), Empty: c.t("recon_report.nothing_open")}
	if len(c.Open) == 0 {
		return s
	}
	if !c.lastDay.IsZero() {
		s.Note = c.words.t("recon_report.ages_note", map[string]any{"Date": c.words.date(c.lastDay)})
	}
	amounts := table{Head: []column{{c.t("recon_report.column.age"), false}}}
	for _, side := range c.sides() {
		s.Legend = append(s.Legend, legend{c.words.side(side), tone(side)})
		amounts.Head = append(amounts.Head, column{c.words.side(side), true})
	}
	most := 0
	for _, a := range c.ages {
		most = max(most, a.all())
	}
	for i, a := range c.ages {
		row := []cell{{Text: c.words.age(i)}}
		var portions []portion
		for _, side := range c.sides() {
			portions = append(portions, portion{a.count[side], tone(side), c.words.side(side)})
			row = append(row, cell{Text: c.words.number(a.count[side]), Under: under(c.words.amounts(a.amounts[side])), Number: true})
		}
		s.Bars = append(s.Bars, bar{Label: c.words.age(i), Value: c.words.number(a.all()), Pieces: pieces(most, portions, c.words)})
		amounts.Rows = append(amounts.Rows, row)
	}
	s.Tables = []table{amounts}
	reasons := table{Head: []column{{c.t("recon_report.column.reason"), false}, {c.t("recon_report.column.count"), true}}}
	for _, reason := range c.reasons {
		reasons.Rows = append(reasons.Rows, []cell{{Text: c.words.reason(reason.name)}, {Text: c.words.number(reason.count), Number: true}})
	}
	s.Tables = append(s.Tables, reasons)
	return s
}

func (c composer) breaksSection() section {
	s := section{Title: c.t("recon_report.largest_breaks"), Note: c.listed(len(c.largestBreaks)), Empty: c.t("recon_report.no_breaks")}
	if len(c.largestBreaks) == 0 {
		s.Note = ""
		return s
	}
	breaks := table{Head: []column{{c.t("recon_report.column.match"), true}}}
	for _, side := range c.sides() {
		breaks.Head = append(breaks.Head, column{c.words.side(side), false})
	}
	breaks.Head = append(breaks.Head, column{c.t("recon_report.column.difference"), true}, column{c.t("recon_report.column.cause"), false},
		column{c.t("recon_report.column.why"), false})
	for _, at := range c.largestBreaks {
		m := &c.Matches[at]
		row := []cell{{Text: strconv.Itoa(m.ID), Number: true}}
		for _, side := range c.sides() {
			row = append(row, c.membersOf(m, side))
		}
		breaks.Rows = append(breaks.Rows, append(row,
			cell{Text: c.words.money(m.Difference), Number: true, Tone: "accent"},
			cell{Text: c.words.cause(m.Cause), Under: under(c.words.percent(m.Confidence))}, cell{Chips: c.chips(m)}))
	}
	s.Tables = []table{breaks}
	return s
}

// tone is the colour of a side: the first has its own.
func tone(side result.Side) string {
	if side == result.Left {
		return "left"
	}
	return "right"
}

// listed says how many of all are listed, where that is not all.
func (c composer) listed(n int) string {
	if n < maxListed {
		return ""
	}
	return c.words.t("recon_report.listed", map[string]any{"Number": c.words.number(n)})
}

// membersOf shows a match's records of one side.
func (c composer) membersOf(m *result.Match, side result.Side) cell {
	var lines []string
	listed := 0
	for _, member := range m.Members {
		if member.Side != side {
			continue
		}
		if listed++; listed > maxMembersListed {
			lines = append(lines, "…")
			break
		}
		record := recordOf(c.Result, member)
		row := c.words.t("recon_report.row", map[string]any{"Row": strconv.Itoa(member.Row)})
		lines = append(lines, under(
			c.words.line(join(" · ", c.words.money(record.Amount), short(record.ID, 40))), join(" · ", row, c.words.date(record.Date)),
			short(record.Text, maxTextRunes),
		)...)
	}
	if len(lines) == 0 {
		return cell{Text: "–"}
	}
	return cell{Text: lines[0], Under: lines[1:]}
}

func (c composer) chips(m *result.Match) []chip {
	parts := evidence(c.Parts(m))
	chips := make([]chip, 0, min(len(parts), maxParts))
	for _, part := range parts[:min(len(parts), maxParts)] {
		if math.Abs(part.Weight) < leastWeight {
			continue // it speaks neither for nor against
		}
		tone := "good"
		if part.Weight < 0 {
			tone = "bad"
		}
		chips = append(chips, chip{short(c.words.part(part), maxFindingRunes), c.words.weight(part.Weight), tone})
	}
	return chips
}

func (c composer) openSection() section {
	s := section{Title: c.t("recon_report.largest_open"), Note: c.listed(len(c.largestOpen)), Empty: c.t("recon_report.nothing_open")}
	if len(c.largestOpen) == 0 {
		s.Note = ""
		return s
	}
	open := table{Head: []column{
		{c.t("recon_report.column.side"), false}, {c.t("recon_report.column.record"), false}, {c.t("recon_report.column.date"), false},
		{c.t("recon_report.column.amount"), true}, {c.t("recon_report.column.reason"), false}, {c.t("recon_report.column.nearest"), false},
	}}
	for _, at := range c.largestOpen {
		item := &c.Open[at]
		record := recordOf(c.Result, item.Member)
		row := c.words.t("recon_report.row", map[string]any{"Row": strconv.Itoa(item.Row)})
		open.Rows = append(open.Rows, []cell{
			{Text: c.words.side(item.Side), Under: under(row), Tone: tone(item.Side)},
			{Text: short(record.ID, 40), Under: under(short(record.Text, maxTextRunes))},
			{Text: c.words.date(record.Date)}, {Text: c.words.money(record.Amount), Number: true},
			{Text: c.words.reason(item.Reason)}, c.nearest(item),
		})
	}
	s.Tables = []table{open}
	return s
}

func (c composer) nearest(item *result.Open) cell {
	n := item.Nearest
	if n == nil {
		return cell{Text: "–"}
	}
	record := recordOf(c.Result, n.Member)
	where := c.words.side(n.Side) + " " + strconv.Itoa(n.Row)
	return cell{
		Text:  join(" · ", where, short(record.ID, 40), c.words.money(record.Amount), c.words.date(record.Date), c.words.percent(n.Confidence)),
		Under: under(short(c.words.apart(n.Apart), maxTextRunes)),
	}
}

func (c composer) filesSection() section {
	s := section{Title: c.t("recon_report.files"), Note: c.t("recon_report.files_note")}
	for _, side := range c.sides() {
		f := c.Sources[side]
		columns := table{
			Caption: join(" · ", c.words.side(side), short(f.Name, 80)),
			Note: join(" · ", f.Format, f.Encoding, c.words.t("recon_report.rows_read",
				map[string]any{"Rows": c.words.number(f.Rows), "Records": c.words.number(f.Records)})),
			Head: []column{
				{c.t("recon_report.column.column"), false}, {c.t("recon_report.column.role"), false},
				{c.t("recon_report.column.format"), false}, {c.t("recon_report.column.confidence"), true},
			},
		}
		if f.SHA256 != "" {
			columns.Note += " · SHA-256 " + f.SHA256
		}
		for _, column := range f.Columns[:min(len(f.Columns), maxColumnsListed)] {
			columns.Rows = append(columns.Rows, []cell{
				{Text: short(column.Name, 60)}, {Text: c.words.role(column.Role)}, {Text: short(column.Format, 40), Code: true},
				{Text: c.words.percent(column.Confidence), Number: true},
			})
		}
		s.Tables = append(s.Tables, columns)
	}
	return s
}

func (c composer) rules() section {
	return section{
		Title: c.t("recon_report.rules"), Note: c.t("recon_report.rules_note"), Code: short(string(c.Rules), maxRulesRunes), Empty: c.t("recon_report.no_rules"),
	}
}
