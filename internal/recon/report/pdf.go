package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/pdf"
	"khadamat/internal/recon/result"
)

// maxPrinted is how many open items, and how many breaks, a document lists.
const maxPrinted = 200

// PDFOptions say for whom a document is, and what stands at its head.
type PDFOptions struct {
	Language string    // "fr", "ar" or "en"; French where it is none of them
	Project  string    // empty: none is named
	At       time.Time // on the clock by which it is shown
	SignOff  *SignOff  // nil: a report and no sheet to sign
}

// SignOff is what a sheet says about the period that is signed off.
type SignOff struct {
	Period     string // as people read it: "octobre 2026"
	PreparedBy string
	PreparedAt time.Time
	SignedBy   string // empty: not signed yet
	SignedAt   time.Time
	Note       string
}

// PDF writes a report for people to keep: what was found, the sums that prove it, and the largest of what is open; with the names of those who
// answer for it where it is a sign-off. The same result and options give the same bytes. The errors are those of w and of ctx.
func PDF(ctx context.Context, w io.Writer, r *result.Result, o PDFOptions) error {
	d, err := newDigest(ctx, r)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	p := printer{composer: composer{d, newWording(o.Language)}, options: o}
	p.document = pdf.New(pdf.Options{Title: p.title(), Language: string(p.words.language), Right: p.words.language.Direction() == "rtl", At: o.At, Foot: p.foot})
	hash, err := Hash(ctx, r)
	if err != nil {
		return err
	}
	p.head(hash)
	p.sums()
	p.tallies()
	p.ageing()
	p.breaks()
	p.open()
	p.signatures()
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = p.document.WriteTo(w)
	return err
}

// Hash is the SHA-256 of what a result says: its sources by their hashes, its matches with their members and amounts, what is open and the sums. It
// does not depend on a language or on how long the run took, so that two results with one hash say the same. The error is that of ctx.
func Hash(ctx context.Context, r *result.Result) (string, error) {
	h := sha256.New()
	for _, source := range r.Sources {
		fmt.Fprintf(h, "source %q %d %d\n", source.SHA256, source.Rows, source.Records)
	}
	for i := range r.Matches {
		if i%pause == 0 && ctx.Err() != nil {
			return "", fmt.Errorf("report: %w", ctx.Err())
		}
		m := &r.Matches[i]
		fmt.Fprintf(h, "match %s %s %q %d %s %d %s", m.Kind, m.Status, m.Cause, m.Amount.Minor, m.Amount.Currency, m.Difference.Minor, m.Difference.Currency)
		hashMembers(h, m.Members)
	}
	for i := range r.Open {
		fmt.Fprintf(h, "open %d %d\n", r.Open[i].Side, r.Open[i].Row)
	}
	for _, s := range r.Sums {
		fmt.Fprintf(h, "sums %d %s %v %v %v %v %v %v\n", s.Side, s.Currency, s.In, s.Matched, s.Suggested, s.Offset, s.Open, s.Break)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func hashMembers(h hash.Hash, members []result.Member) {
	for _, m := range members {
		fmt.Fprintf(h, " %d:%d", m.Side, m.Row)
	}
	fmt.Fprintln(h)
}

// printer lays a document out.
type printer struct {
	composer
	options  PDFOptions
	document *pdf.Document
}

func (p *printer) title() string {
	if p.options.SignOff != nil {
		return p.words.t("recon_pdf.sign_off", map[string]any{"Period": p.options.SignOff.Period})
	}
	return p.t("recon_report.title")
}

func (p *printer) foot(page, pages int) (start, end string) {
	start = p.title()
	if p.options.Project != "" {
		start = p.options.Project + " · " + start
	}
	return start, p.words.t("recon_pdf.page", map[string]any{"Page": p.words.number(page), "Pages": p.words.number(pages)})
}

// moment writes a time by the clock that it comes with.
func (p *printer) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return i18n.FormatDateTime(p.words.language, t, t.Location())
}

// head says what the document is about and who answers for it.
func (p *printer) head(hash string) {
	p.document.Band()
	p.document.Heading(1, p.title())
	var facts []pdf.Fact
	fact := func(name, value string, plain bool) {
		if value != "" {
			facts = append(facts, pdf.Fact{Name: name, Value: value, Plain: plain})
		}
	}
	fact(p.t("recon_pdf.project"), p.options.Project, false)
	if s := p.options.SignOff; s != nil {
		fact(p.t("recon_pdf.prepared_by"), p.who(s.PreparedBy, s.PreparedAt), false)
		fact(p.t("recon_pdf.signed_by"), p.who(s.SignedBy, s.SignedAt), false)
		fact(p.t("recon_pdf.note"), s.Note, false)
	}
	fact(p.t("recon_pdf.made"), p.moment(p.options.At), false)
	in, settled := p.records()
	fact(p.t("recon_report.rate"), p.words.rate(settled, in), true)
	fact(p.t("recon_report.column.matches"), p.words.number(p.matched+p.offsets), true)
	fact(p.t("recon_report.suggestions"), p.words.number(p.suggested), true)
	fact(p.t("recon_report.breaks"), p.words.number(p.composer.breaks), true)
	fact(p.t("recon_report.open_items"), p.words.number(len(p.Open)), true)
	for _, side := range p.sides() {
		source := p.Sources[side]
		fact(p.words.side(side), source.Name, false)
		fact("SHA-256", source.SHA256, true)
	}
	fact(p.t("recon_pdf.hash"), hash, true)
	p.document.Facts(facts)
	if p.proved() {
		p.document.Paragraph(p.t("recon_report.proved"))
	} else {
		p.document.Paragraph(p.t("recon_report.not_proved"))
	}
}

func (p *printer) who(name string, at time.Time) string {
	if name == "" {
		return p.t("recon_pdf.nobody_yet")
	}
	return p.words.t("recon_pdf.who", map[string]any{"Name": name, "Date": p.moment(at)})
}

// sums proves that nothing was lost.
func (p *printer) sums() {
	p.document.Heading(2, p.t("recon_report.proof"))
	p.document.Note(p.t("recon_report.proof_note"))
	number := func(title string) pdf.Column {
		return pdf.Column{Title: title, Share: 3, End: true, Plain: true, Lines: 2}
	}
	columns := []pdf.Column{{Title: p.t("recon_report.column.side"), Share: 3}, number(p.t("recon_report.in")), number("= " + p.t("recon_report.status.matched")),
		number("+ " + p.t("recon_report.status.suggested")), number("+ " + p.t("recon_report.offset")), number("+ " + p.t("recon_report.open"))}
	var rows [][]string
	for _, s := range p.Sums {
		cell := func(sum result.Sum) string {
			if s.Currency == "" && s.In.Minor == 0 {
				return p.words.number(sum.Count)
			}
			return p.words.number(sum.Count) + "\n" + p.words.minor(sum.Minor, s.Currency)
		}
		side := p.words.side(s.Side)
		if s.Currency != "" {
			side += " · " + s.Currency
		}
		rows = append(rows, []string{side, cell(s.In), cell(s.Matched), cell(s.Suggested), cell(s.Offset), cell(s.Open)})
	}
	p.document.Table(columns, rows)
}

// amount writes an amount with the code of its currency, which has a place beside numbers in every direction of writing.
func (p *printer) amount(a money.Amount) string {
	if absent(a) {
		return ""
	}
	return p.words.minor(a.Minor, string(a.Currency)) + noBreakSpace + string(a.Currency)
}

func (p *printer) amounts(sums amounts) string {
	said := make([]string, len(sums))
	for i, sum := range sums {
		said[i] = p.amount(sum)
	}
	return strings.Join(said, "\n")
}

// tallies are matches by pass and breaks by cause.
func (p *printer) tallies() {
	count := func(title string) pdf.Column {
		return pdf.Column{Title: title, Share: 2, End: true, Plain: true}
	}
	if len(p.Passes) > 0 {
		p.document.Heading(2, p.t("recon_report.passes"))
		var rows [][]string
		for _, pass := range p.Passes {
			rows = append(rows, []string{p.words.pass(pass.Name), p.words.passKind(pass), p.words.number(pass.Matches), p.words.number(pass.Records)})
		}
		p.document.Table([]pdf.Column{{Title: p.t("recon_report.column.pass"), Share: 4}, {Title: p.t("recon_report.column.how"), Share: 4},
			count(p.t("recon_report.column.matches")), count(p.t("recon_report.records"))}, rows)
	}
	if len(p.causes) > 0 {
		p.document.Heading(2, p.t("recon_report.causes"))
		var rows [][]string
		for _, cause := range p.causes {
			rows = append(rows, []string{p.words.cause(cause.name), p.words.number(cause.count), p.amounts(cause.amounts)})
		}
		p.document.Table([]pdf.Column{{Title: p.t("recon_report.column.cause"), Share: 6}, count(p.t("recon_report.column.count")),
			{Title: p.t("recon_report.column.net_difference"), Share: 4, End: true, Plain: true, Lines: 3}}, rows)
	}
}

func (p *printer) ageing() {
	if len(p.Open) == 0 {
		return
	}
	p.document.Heading(2, p.t("recon_report.ages"))
	columns := []pdf.Column{{Title: p.t("recon_report.column.age"), Share: 3}}
	for _, side := range p.sides() {
		columns = append(columns, pdf.Column{Title: p.words.side(side), Share: 1, End: true, Plain: true}, pdf.Column{Share: 3, End: true, Plain: true, Lines: 3})
	}
	var rows [][]string
	for i, a := range p.ages {
		if a.all() == 0 {
			continue
		}
		row := []string{p.words.age(i)}
		for _, side := range p.sides() {
			row = append(row, p.words.number(a.count[side]), p.amounts(a.amounts[side]))
		}
		rows = append(rows, row)
	}
	p.document.Table(columns, rows)
}

func (p *printer) breaks() {
	if len(p.largestBreaks) == 0 {
		return
	}
	p.document.Heading(2, p.t("recon_report.largest_breaks"))
	listed := p.largestBreaks[:min(len(p.largestBreaks), maxPrinted)]
	if len(listed) < p.composer.breaks {
		p.document.Note(p.cut(len(listed), p.composer.breaks))
	}
	var rows [][]string
	for _, at := range listed {
		m := &p.Matches[at]
		record := recordOf(p.Result, m.Members[0])
		rows = append(rows, []string{strconv.Itoa(m.ID), p.words.date(record.Date), record.ID, record.Text, p.words.cause(m.Cause), p.amount(m.Amount), p.amount(m.Difference)})
	}
	p.document.Table([]pdf.Column{{Title: p.t("recon_report.column.match"), Share: 2, End: true, Plain: true}, {Title: p.t("recon_report.column.date"), Share: 4, Lines: 2},
		{Title: p.t("recon_report.column.record"), Share: 4, Plain: true}, {Title: p.t("recon_report.column.text"), Share: 7, Lines: 2}, {Title: p.t("recon_report.column.cause"), Share: 3, Lines: 2},
		{Title: p.t("recon_report.column.amount"), Share: 4, End: true, Plain: true}, {Title: p.t("recon_report.column.difference"), Share: 4, End: true, Plain: true}}, rows)
}

func (p *printer) open() {
	p.document.Heading(2, p.t("recon_report.largest_open"))
	if len(p.Open) == 0 {
		p.document.Paragraph(p.t("recon_report.nothing_open"))
		return
	}
	listed := p.largestOpen[:min(len(p.largestOpen), maxPrinted)]
	if len(listed) < len(p.Open) {
		p.document.Note(p.cut(len(listed), len(p.Open)))
	}
	var rows [][]string
	for _, at := range listed {
		open := &p.Open[at]
		record := recordOf(p.Result, open.Member)
		rows = append(rows, []string{p.words.side(open.Side), p.words.date(record.Date), record.ID, record.Text, p.words.reason(open.Reason), p.amount(record.Amount)})
	}
	p.document.Table([]pdf.Column{{Title: p.t("recon_report.column.side"), Share: 2}, {Title: p.t("recon_report.column.date"), Share: 4, Lines: 2},
		{Title: p.t("recon_report.column.record"), Share: 4, Plain: true}, {Title: p.t("recon_report.column.text"), Share: 7, Lines: 2},
		{Title: p.t("recon_report.column.reason"), Share: 4, Lines: 2}, {Title: p.t("recon_report.column.amount"), Share: 4, End: true, Plain: true}}, rows)
}

func (p *printer) cut(listed, all int) string {
	return p.words.t("recon_pdf.listed", map[string]any{"Listed": p.words.number(listed), "All": p.words.number(all)})
}

func (p *printer) signatures() {
	s := p.options.SignOff
	if s == nil {
		return
	}
	p.document.Space(12)
	p.document.Signatures(p.signature(p.t("recon_pdf.prepared_by"), s.PreparedBy), p.signature(p.t("recon_pdf.signed_by"), s.SignedBy))
}

func (p *printer) signature(role, name string) string {
	if name == "" {
		return role
	}
	return role + " " + name
}
