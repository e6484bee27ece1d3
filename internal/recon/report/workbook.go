package report

import (
	"context"
	"io"
	"slices"

	"khadamat/internal/money"
	"khadamat/internal/recon/result"
)

// maxSheetRows is how many rows a sheet has below its header. A sheet could hold ten times as many, but nobody reads them there, and they
// take longer to write than everything else.
const maxSheetRows = 100_000

// workbookReport writes report.xlsx.
type workbookReport struct {
	*digest
	book  *workbook
	words *wording
	limit int // of the rows of a sheet
}

// writeWorkbook writes the sheets Summary, Matches, Open, Breaks and Rejects, each of them with at most limit rows. Where a sheet ends
// before its rows do, its last row and the summary say so.
func writeWorkbook(ctx context.Context, out io.Writer, d *digest, words *wording, limit int) error {
	w := &workbookReport{d, newWorkbook(out, words.language.Direction() == "rtl"), words, limit}
	for _, write := range []func(context.Context) error{w.summarySheet, w.matchesSheet, w.openSheet, w.breaksSheet, w.rejectsSheet} {
		if err := write(ctx); err != nil {
			return err
		}
	}
	return w.book.close()
}

func (w *workbookReport) t(key string) string { return w.words.t(key, nil) }

// capped is what is said at the end of a sheet that could not take all rows.
func (w *workbookReport) capped() string {
	return w.words.t("recon_report.sheet.capped", map[string]any{"Rows": w.words.number(w.limit)})
}

func (w *workbookReport) summarySheet(context.Context) error {
	s, err := w.book.sheet(w.t("recon_report.sheet.summary"), []int{34, 16, 18, 18, 18, 18, 18, 18, 18, 18, 12}, nil)
	if err != nil {
		return err
	}
	line := func(cells ...func()) {
		s.begin()
		for _, cell := range cells {
			cell()
		}
		s.end()
	}
	text := func(text string) func() { return func() { s.text(text) } }
	head := func(titles ...string) {
		s.begin()
		s.end()
		s.begin()
		for _, title := range titles {
			s.styled(title, styleHeader)
		}
		s.end()
	}
	integer := func(n int) func() { return func() { s.integer(n) } }

	line(func() { s.styled(w.t("recon_report.title"), styleTitle) })
	line(func() {
		if w.proved() {
			s.styled(w.t("recon_report.proved"), styleGood)
		} else {
			s.styled(w.t("recon_report.not_proved"), styleBad)
		}
	})
	if in, settled := w.records(); in > 0 {
		line(text(w.t("recon_report.rate")), func() { s.share(float64(settled) / float64(in)) })
	}
	if w.members() > w.limit || max(len(w.Open), len(w.Rejects)) > w.limit {
		line(func() { s.styled(w.capped(), styleBad) })
	}

	sides := w.sides()
	labels := func(first string) []string {
		titles := []string{first}
		for _, side := range sides {
			titles = append(titles, w.words.side(side))
		}
		return titles
	}
	bySide := func(title string, cell func(side result.Side) func()) {
		cells := []func(){text(title)}
		for _, side := range sides {
			cells = append(cells, cell(side))
		}
		line(cells...)
	}
	head(labels(w.t("recon_report.files"))...)
	bySide(w.t("recon_report.column.file"), func(side result.Side) func() { return text(w.Sources[side].Name) })
	bySide(w.t("recon_report.column.rows"), func(side result.Side) func() { return integer(w.Sources[side].Rows) })
	bySide(w.t("recon_report.rejected_rows"), func(side result.Side) func() { return integer(w.rejected(side)) })
	bySide(w.t("recon_report.repeated_rows"), func(side result.Side) func() { return integer(w.Sources[side].Repeated) })
	bySide(w.t("recon_report.records"), func(side result.Side) func() { return integer(w.Sources[side].Records) })

	head(w.t("recon_report.proof"), w.t("recon_report.column.currency"), w.t("recon_report.column.what"),
		w.t("recon_report.in"), w.t("recon_report.status.matched"), w.t("recon_report.status.suggested"),
		w.t("recon_report.offset"), w.t("recon_report.open"), w.t("recon_report.of_which_breaks"))
	for _, sums := range w.Sums {
		line(text(w.words.side(sums.Side)), text(sums.Currency), text(w.t("recon_report.column.count")), integer(sums.In.Count),
			integer(sums.Matched.Count), integer(sums.Suggested.Count), integer(sums.Offset.Count), integer(sums.Open.Count),
			integer(sums.Break.Count))
		if sums.Currency == "" && sums.In.Minor == 0 {
			continue
		}
		amount := func(sum result.Sum) func() {
			return func() {
				// Without a currency there is one style for all: a sum of nothing is shown as one.
				a := money.Of(sum.Minor, money.Currency(sums.Currency))
				if absent(a) {
					s.integer(0)
					return
				}
				s.amount(a)
			}
		}
		line(text(w.words.side(sums.Side)), text(sums.Currency), text(w.t("recon_report.column.amount")), amount(sums.In),
			amount(sums.Matched), amount(sums.Suggested), amount(sums.Offset), amount(sums.Open), amount(sums.Break))
	}

	head(w.t("recon_report.passes"), w.t("recon_report.column.how"), w.t("recon_report.column.matches"), w.t("recon_report.records"))
	for _, p := range w.Passes {
		line(text(w.words.pass(p.Name)), text(w.words.passKind(p)), integer(p.Matches), integer(p.Records))
	}

	head(w.t("recon_report.causes"), w.t("recon_report.column.count"), w.t("recon_report.column.net_difference"))
	for _, c := range w.causes {
		line(text(w.words.cause(c.name)), integer(c.count), text(w.words.amounts(c.amounts)))
	}

	head(append(labels(w.t("recon_report.ages")), labels(w.t("recon_report.column.amount"))...)...)
	for i, a := range w.ages {
		cells := []func(){text(w.words.age(i))}
		for _, side := range sides {
			cells = append(cells, integer(a.count[side]))
		}
		cells = append(cells, text(""))
		for _, side := range sides {
			cells = append(cells, text(w.words.amounts(a.amounts[side])))
		}
		line(cells...)
	}
	return s.close()
}

// members returns how many records the matches have in all.
func (d *digest) members() int {
	n := 0
	for i := range d.Matches {
		n += len(d.Matches[i].Members)
	}
	return n
}

// room says whether a sheet takes one more row. It returns false, and the note is written, when there is no room for the next row.
func (w *workbookReport) room(s *sheet) bool {
	if s.row <= w.limit {
		return true
	}
	s.begin()
	s.styled(w.capped(), styleBad)
	s.end()
	return false
}

func (w *workbookReport) matchesSheet(ctx context.Context) error {
	s, err := w.book.sheet(w.t("recon_report.sheet.matches"), nil, []heading{
		{w.t("recon_report.column.match"), 10}, {w.t("recon_report.column.kind"), 26}, {w.t("recon_report.column.status"), 16},
		{w.t("recon_report.column.side"), 10}, {w.t("recon_report.column.row"), 10}, {w.t("recon_report.column.record"), 20},
		{w.t("recon_report.column.date"), 13}, {w.t("recon_report.column.amount"), 16}, {w.t("recon_report.column.currency"), 10},
		{w.t("recon_report.column.difference"), 14}, {w.t("recon_report.column.pass"), 22}, {w.t("recon_report.column.confidence"), 13},
		{w.t("recon_report.column.text"), 44}, {w.t("recon_report.column.why"), 70},
	})
	if err != nil {
		return err
	}
	var sides []string
	for _, side := range w.sides() {
		sides = append(sides, w.words.side(side))
	}
	statuses := map[result.Status]string{
		result.Matched: w.words.status(result.Matched), result.Suggested: w.words.status(result.Suggested),
	}
	var why []byte
	explanation := w.words.explanation()
	for i := range w.Matches {
		m := &w.Matches[i]
		why = explanation.append(why[:0], m, w.Parts(m))
		for _, member := range m.Members {
			if s.row%pause == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if !w.room(s) {
				return s.close()
			}
			record := recordOf(w.Result, member)
			s.begin()
			s.integer(m.ID)
			s.word(w.words.kind(m.Kind))
			s.word(statuses[m.Status])
			s.word(sides[member.Side])
			s.integer(member.Row)
			s.text(record.ID)
			s.date(record.Date)
			s.amount(record.Amount)
			s.word(string(record.Amount.Currency))
			s.amount(m.Difference)
			s.word(w.words.pass(m.Pass))
			s.share(m.Confidence)
			s.text(record.Text)
			s.text(string(why))
			s.end()
		}
	}
	return s.close()
}

func (w *workbookReport) openSheet(ctx context.Context) error {
	s, err := w.book.sheet(w.t("recon_report.sheet.open"), nil, []heading{
		{w.t("recon_report.column.side"), 10}, {w.t("recon_report.column.row"), 10}, {w.t("recon_report.column.record"), 20},
		{w.t("recon_report.column.date"), 13}, {w.t("recon_report.column.amount"), 16}, {w.t("recon_report.column.currency"), 10},
		{w.t("recon_report.column.text"), 44}, {w.t("recon_report.column.reason"), 34}, {w.t("recon_report.column.nearest_side"), 14},
		{w.t("recon_report.column.nearest_row"), 14}, {w.t("recon_report.column.nearest_record"), 20},
		{w.t("recon_report.column.confidence"), 13}, {w.t("recon_report.column.apart"), 60},
	})
	if err != nil {
		return err
	}
	for i := range w.Open {
		if i%pause == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !w.room(s) {
			break
		}
		open := &w.Open[i]
		record := recordOf(w.Result, open.Member)
		s.begin()
		s.word(w.words.side(open.Side))
		s.integer(open.Row)
		s.text(record.ID)
		s.date(record.Date)
		s.amount(record.Amount)
		s.word(string(record.Amount.Currency))
		s.text(record.Text)
		s.word(w.words.reason(open.Reason))
		if n := open.Nearest; n != nil {
			s.word(w.words.side(n.Side))
			s.integer(n.Row)
			s.text(briefOf(w.Result, n.Member).ID)
			s.share(n.Confidence)
			s.text(w.words.apart(n.Apart))
		}
		s.end()
	}
	return s.close()
}

func (w *workbookReport) breaksSheet(ctx context.Context) error {
	s, err := w.book.sheet(w.t("recon_report.sheet.breaks"), nil, []heading{
		{w.t("recon_report.column.match"), 10}, {w.t("recon_report.column.cause"), 22}, {w.t("recon_report.column.status"), 16},
		{w.t("recon_report.row_left"), 12}, {w.t("recon_report.record_left"), 20}, {w.t("recon_report.date_left"), 13},
		{w.t("recon_report.amount_left"), 16}, {w.t("recon_report.row_right"), 12}, {w.t("recon_report.record_right"), 20},
		{w.t("recon_report.date_right"), 13}, {w.t("recon_report.amount_right"), 16}, {w.t("recon_report.column.currency"), 10},
		{w.t("recon_report.column.difference"), 14}, {w.t("recon_report.column.days"), 10}, {w.t("recon_report.column.confidence"), 13},
		{w.t("recon_report.column.why"), 70},
	})
	if err != nil {
		return err
	}
	var why []byte
	explanation := w.words.explanation()
	for i := range w.Matches {
		m := &w.Matches[i]
		if m.Kind != result.Break {
			continue
		}
		if s.row%pause == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !w.room(s) {
			break
		}
		why = explanation.append(why[:0], m, w.Parts(m))
		s.begin()
		s.integer(m.ID)
		s.word(w.words.cause(m.Cause))
		s.word(w.words.status(m.Status))
		for _, side := range []result.Side{result.Left, result.Right} {
			at := slices.IndexFunc(m.Members, func(member result.Member) bool { return member.Side == side })
			if at < 0 {
				for range 4 {
					s.skip()
				}
				continue
			}
			record := recordOf(w.Result, m.Members[at])
			s.integer(m.Members[at].Row)
			s.text(record.ID)
			s.date(record.Date)
			s.amount(record.Amount)
		}
		s.word(string(m.Difference.Currency))
		s.amount(m.Difference)
		s.integer(m.Days)
		s.share(m.Confidence)
		s.text(string(why))
		s.end()
	}
	return s.close()
}

func (w *workbookReport) rejectsSheet(ctx context.Context) error {
	s, err := w.book.sheet(w.t("recon_report.sheet.rejects"), nil, []heading{
		{w.t("recon_report.column.side"), 10}, {w.t("recon_report.column.row"), 10}, {w.t("recon_report.column.line"), 10},
		{w.t("recon_report.column.column"), 24}, {w.t("recon_report.column.value"), 40}, {w.t("recon_report.column.reason"), 70},
	})
	if err != nil {
		return err
	}
	for i := range w.Rejects {
		if i%pause == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !w.room(s) {
			break
		}
		reject := &w.Rejects[i]
		s.begin()
		s.word(w.words.side(reject.Side))
		s.integer(reject.Row)
		if reject.Line > 0 {
			s.integer(reject.Line)
		} else {
			s.skip()
		}
		s.text(reject.Column)
		s.text(reject.Value)
		s.text(reject.Reason)
		s.end()
	}
	return s.close()
}
