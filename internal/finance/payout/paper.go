package payout

import (
	"bytes"
	"context"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/pdf"
	"khadamat/internal/texts"
)

// Paper is a document to download.
type Paper struct {
	Name    string // of the file
	Content []byte // PDF
}

// StatementPaper writes the actor's statement of [from, to) for people to keep. The errors are those of Statement.
func (s *Service) StatementPaper(ctx context.Context, actor account.Actor, from, to time.Time, language i18n.Language) (Paper, error) {
	st, err := s.Statement(ctx, actor, from, to)
	if err != nil {
		return Paper{}, err
	}
	content, err := st.write(s.config.House, language, s.config.Clock.Now())
	last := to.Add(-time.Microsecond).In(zone())
	return Paper{"khadamat-" + from.In(zone()).Format(time.DateOnly) + "-" + last.Format(time.DateOnly) + ".pdf", content}, err
}

// InvoicePaper writes the actor's invoice for a month. The errors are those of Invoice.
func (s *Service) InvoicePaper(ctx context.Context, actor account.Actor, month Month, language i18n.Language) (Paper, error) {
	invoice, err := s.Invoice(ctx, actor, month)
	if err != nil {
		return Paper{}, err
	}
	content, err := invoice.write(s.config.House, language)
	return Paper{invoice.Number + ".pdf", content}, err
}

// printer sets one paper.
type printer struct {
	document *pdf.Document
	language i18n.Language
	house    House
}

func newPrinter(house House, language i18n.Language, title string, at time.Time) *printer {
	p := &printer{language: language, house: house}
	p.document = pdf.New(pdf.Options{Title: title, Language: string(language), Right: language.Direction() == "rtl", At: at, Foot: p.foot})
	p.document.Band()
	p.document.Heading(1, title)
	return p
}

func say(language i18n.Language, key string, pairs ...any) string {
	args := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		args[pairs[i].(string)] = pairs[i+1]
	}
	return texts.Catalog().T(language, key, args)
}

func (p *printer) t(key string, pairs ...any) string { return say(p.language, key, pairs...) }

func (p *printer) foot(page, pages int) (start, end string) {
	return p.house.Name + " · ICE " + p.house.ICE, p.t("payout.paper.page", "Page", page, "Pages", pages)
}

func (p *printer) date(at time.Time) string { return i18n.FormatDate(p.language, at, zone()) }

// day is a date as it stands in a table: in figures, which every language reads.
func (p *printer) day(at time.Time) string { return at.In(zone()).Format("02/01/2006") }

// number writes an amount without its currency, which the head of the paper names.
func (p *printer) number(a money.Amount) string {
	return i18n.FormatDecimal(p.language, float64(a.Minor)/100, 2)
}

func (p *printer) minor(minor int64) string { return p.number(money.Of(minor, money.MAD)) }

// totals sets names beside sums.
func (p *printer) totals(rows [][]string) {
	p.document.Table([]pdf.Column{{Share: 3}, {Title: string(money.MAD), Share: 1, End: true, Plain: true}}, rows)
}

// some is number, and empty for nothing.
func (p *printer) some(a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return p.number(a)
}

func (p *printer) money(a money.Amount) string {
	return i18n.FormatMoney(p.language, a.Minor, string(a.Currency), a.Currency.Digits())
}

// seller says who the house is.
func (p *printer) seller() {
	p.document.Heading(2, p.t("payout.paper.seller"))
	p.document.Facts([]pdf.Fact{
		{Name: p.t("payout.paper.name"), Value: p.house.Name}, {Name: p.t("payout.paper.address"), Value: strings.Join(p.house.Address, ", "), Plain: true},
		{Name: p.t("payout.paper.ice"), Value: p.house.ICE, Plain: true}, {Name: p.t("payout.paper.if"), Value: p.house.IF, Plain: true}, {Name: p.t("payout.paper.rc"), Value: p.house.RC, Plain: true},
	})
}

func (p *printer) bytes() ([]byte, error) {
	var out bytes.Buffer
	_, err := p.document.WriteTo(&out)
	return out.Bytes(), err
}

// entryWords are what kinds of entries are called.
var entryWords = map[EntryKind]string{
	Earning: "payout.entry.earning", CashJob: "payout.entry.cash", Refund: "payout.entry.refund", Chargeback: "payout.entry.chargeback", PaidOut: "payout.entry.payout",
	SentAgain: "payout.entry.returned", Correction: "payout.entry.correction",
}

// WordsKey is the message key of what the entry is called.
func (e *Entry) WordsKey() string {
	if e.Kind == Earning && e.AtTheDoor.Minor > 0 {
		return "payout.entry.deposit"
	}
	return entryWords[e.Kind]
}

// statement sums, by what they are.
type sums struct{ price, commission, vat, door, earned, back, paid int64 }

func (st *Statement) sums() (all sums) {
	for _, e := range st.Lines {
		all.price, all.commission, all.vat, all.door = all.price+e.Price.Minor, all.commission+e.Commission.Minor, all.vat+e.VAT.Minor, all.door+e.AtTheDoor.Minor
		switch {
		case !e.Own():
			all.paid += e.Amount.Minor
		case e.Kind == Refund || e.Kind == Chargeback:
			all.back += e.Amount.Minor
		default:
			all.earned += e.Amount.Minor
		}
	}
	return all
}

// write sets the statement.
func (st *Statement) write(house House, language i18n.Language, now time.Time) ([]byte, error) {
	p := newPrinter(house, language, say(language, "payout.paper.statement"), now)
	sums := st.sums()
	p.document.Facts([]pdf.Fact{
		{Name: p.t("payout.paper.provider"), Value: st.ProviderName},
		{Name: p.t("payout.paper.period"), Value: p.t("payout.paper.from_to", "From", p.date(st.From), "To", p.date(st.To.Add(-time.Microsecond)))},
		{Name: p.t("payout.paper.made_on"), Value: p.date(now)},
	})
	p.document.Heading(2, p.t("payout.paper.summary"))
	p.totals([][]string{
		{p.t("payout.paper.opening"), p.number(st.Opening)}, {p.t("payout.paper.earned"), p.minor(sums.earned)}, {p.t("payout.paper.given_back"), p.minor(sums.back)},
		{p.t("payout.paper.paid_out"), p.minor(sums.paid)}, {p.t("payout.paper.closing"), p.number(st.Closing)},
	})
	p.document.Note(p.t("payout.paper.summary_note", "Commission", p.money(money.Of(sums.commission, money.MAD)), "VAT", p.money(money.Of(sums.vat, money.MAD))))
	p.document.Heading(2, p.t("payout.paper.movements"))
	if len(st.Lines) == 0 {
		p.document.Paragraph(p.t("payout.paper.no_movements"))
		return p.bytes()
	}
	p.document.Note(p.t("payout.paper.in_dirhams"))
	p.document.Table(p.statementColumns(), p.statementRows(st))
	return p.bytes()
}

func (p *printer) figure(key string, share float64) pdf.Column {
	return pdf.Column{Title: p.t(key), Share: share, End: true, Plain: true}
}

func (p *printer) statementColumns() []pdf.Column {
	return []pdf.Column{
		{Title: p.t("payout.paper.column.date"), Share: 3.4, Plain: true}, {Title: p.t("payout.paper.column.what"), Share: 9, Lines: 4},
		p.figure("payout.paper.column.price", 3.2), p.figure("payout.paper.column.commission", 3.4), p.figure("payout.paper.column.vat", 2.8),
		p.figure("payout.paper.column.door", 3.2), p.figure("payout.paper.column.amount", 3.2), p.figure("payout.paper.column.balance", 3.4),
	}
}

func (p *printer) statementRows(st *Statement) [][]string {
	balance := st.Opening
	rows := [][]string{{p.day(st.From), p.t("payout.paper.opening"), "", "", "", "", "", p.number(balance)}}
	for _, e := range st.Lines {
		balance.Minor += e.Amount.Minor
		commission := money.Of(-e.Commission.Minor, money.MAD)
		rows = append(rows, []string{p.day(e.At), p.what(e), p.some(e.Price), p.some(commission), p.some(money.Of(-e.VAT.Minor, money.MAD)), p.some(money.Of(-e.AtTheDoor.Minor, money.MAD)),
			p.number(e.Amount), p.number(balance)})
	}
	return append(rows, []string{p.day(st.To.Add(-time.Microsecond)), p.t("payout.paper.closing"), "", "", "", "", "", p.number(balance)})
}

// what says what an entry is about, and names the booking or the payout.
func (p *printer) what(e Entry) string {
	words := p.t(e.WordsKey())
	switch {
	case e.Reference != "":
		words += "\n" + e.Reference
	case e.Title.In(string(p.language)) != "":
		words += "\n" + e.Title.In(string(p.language))
		if !e.Start.IsZero() && p.day(e.Start) != p.day(e.At) {
			words += " · " + p.day(e.Start)
		}
	}
	return words
}

// write sets the invoice.
func (i *Invoice) write(house House, language i18n.Language) ([]byte, error) {
	key := "payout.paper.invoice"
	if i.Credit() {
		key = "payout.paper.credit_note"
	}
	p := newPrinter(house, language, say(language, key, "Number", i.Number), i.IssuedAt)
	p.document.Facts([]pdf.Fact{
		{Name: p.t("payout.paper.number"), Value: i.Number, Plain: true}, {Name: p.t("payout.paper.issued_on"), Value: p.date(i.IssuedAt)},
		{Name: p.t("payout.paper.period"), Value: i18n.MonthName(language, i.Month.Month) + " " + i.Month.Start().In(zone()).Format("2006")},
		{Name: p.t("payout.paper.buyer"), Value: i.ProviderName},
	})
	p.seller()
	p.document.Heading(2, p.t("payout.paper.services"))
	p.document.Note(p.t("payout.paper.in_dirhams"))
	var rows [][]string
	for _, line := range i.Lines {
		title := line.Title.In(string(language))
		if title == "" {
			title = p.t("payout.paper.commission_line")
		}
		rows = append(rows, []string{p.day(line.At), title, p.some(money.Of(line.Price, money.MAD)), p.number(money.Of(line.Net, money.MAD)), p.number(money.Of(line.VAT, money.MAD)),
			p.number(money.Of(line.Net+line.VAT, money.MAD))})
	}
	p.document.Table([]pdf.Column{
		{Title: p.t("payout.paper.column.date"), Share: 3.4, Plain: true}, {Title: p.t("payout.paper.column.booking"), Share: 9, Lines: 2}, p.figure("payout.paper.column.price", 3.4),
		p.figure("payout.paper.column.net", 4), p.figure("payout.paper.column.vat_rate", 3.4), p.figure("payout.paper.column.total", 4),
	}, rows)
	p.totals([][]string{{p.t("payout.paper.net"), p.number(i.Net)}, {p.t("payout.paper.vat"), p.number(i.VAT)}, {p.t("payout.paper.total"), p.number(i.Total())}})
	p.document.Note(p.t("payout.paper.settled"))
	return p.bytes()
}
