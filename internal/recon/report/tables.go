package report

import (
	"context"
	"io"
	"strconv"

	"khadamat/internal/recon/result"
)

// The headers of the tables. Programs read them, so they are the same in every language.
const (
	matchesHeader = "match_id,kind,status,side,row,record_id,pass,confidence,amount,difference,explanation"
	openHeader    = "side,row,record_id,date,amount,currency,reason,nearest"
	rejectsHeader = "side,row,column,value,reason"
)

// writeMatches writes one row per member. The amount is the member's own; confidence, difference and explanation are the match's and
// stand in each of its rows. The explanation is the same in every language too: signs, after the cause of a break.
func writeMatches(ctx context.Context, out io.Writer, r *result.Result) error {
	w := newCSVWriter(out, matchesHeader)
	var explanation, why []byte
	written := 0
	for i := range r.Matches {
		m := &r.Matches[i]
		explanation = signs.append(explanation[:0], m, r.Parts(m))
		why = appendCell(why[:0], string(explanation))
		for _, member := range m.Members {
			if written++; written%pause == 0 && ctx.Err() != nil {
				return context.Cause(ctx)
			}
			record := briefOf(r, member)
			w.integer(m.ID)
			w.word(string(m.Kind))
			w.word(string(m.Status))
			w.word(member.Side.String())
			w.integer(member.Row)
			w.text(record.ID)
			w.text(m.Pass)
			w.ratio(m.Confidence)
			w.amount(record.Amount)
			w.amount(m.Difference)
			w.cell(why)
			w.end()
		}
	}
	return w.close()
}

func writeOpen(ctx context.Context, out io.Writer, r *result.Result) error {
	w := newCSVWriter(out, openHeader)
	for i := range r.Open {
		if i%pause == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		open := &r.Open[i]
		record := briefOf(r, open.Member)
		w.word(open.Side.String())
		w.integer(open.Row)
		w.text(record.ID)
		w.date(record.Date)
		w.amount(record.Amount)
		w.text(string(record.Amount.Currency))
		w.text(open.Reason)
		w.text(nearest(r, open))
		w.end()
	}
	return w.close()
}

// nearest writes the best candidate of an open record: "right 118 OP0000118 (0.8300): amount differs by 12.50". Programs find side, row
// and confidence at its front.
func nearest(r *result.Result, open *result.Open) string {
	n := open.Nearest
	if n == nil {
		return ""
	}
	b := append([]byte(n.Side.String()), ' ')
	b = strconv.AppendInt(b, int64(n.Row), 10)
	if id := briefOf(r, n.Member).ID; id != "" {
		b = append(append(b, ' '), id...)
	}
	b = strconv.AppendFloat(append(b, " ("...), n.Confidence, 'f', 4, 64)
	b = append(b, ')')
	if n.Apart != "" {
		b = append(append(b, ": "...), n.Apart...)
	}
	return string(b)
}

func writeRejects(ctx context.Context, out io.Writer, r *result.Result) error {
	w := newCSVWriter(out, rejectsHeader)
	for i := range r.Rejects {
		if i%pause == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		reject := &r.Rejects[i]
		w.word(reject.Side.String())
		w.integer(reject.Row)
		w.text(reject.Column)
		w.text(reject.Value)
		w.text(reject.Reason)
		w.end()
	}
	return w.close()
}
