package demo

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
)

// statement is what the bank says about a month.
type statement struct {
	number           int // in its year
	from, to         schedule.Date
	opening, closing money.Amount
	lines            []proof.BankLine
}

func (s *statement) id() string {
	year, _, _ := s.from.Civil()
	return fmt.Sprintf("%d-%02d", year, s.number)
}

// statements cuts the bank's lines into months; the last one ends yesterday.
func (v *vault) statements() []statement {
	var all []statement
	balance := money.Of(0, money.MAD)
	for day := v.calendar.first; day.Before(v.today); day = day.AddDays(1) {
		if _, month, date := day.Civil(); len(all) == 0 || date == 1 {
			all = append(all, statement{number: int(month), from: day, opening: balance})
		}
		s := &all[len(all)-1]
		for _, line := range v.lines[day] {
			balance.Minor += line.Amount.Minor
			s.lines = append(s.lines, line)
		}
		s.to, s.closing = day, balance
	}
	return all
}

// The elements of camt.053.001.08 (ISO 20022, BankToCustomerStatement) that a Moroccan bank fills.
type (
	camtDocument struct {
		XMLName xml.Name `xml:"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08 Document"`
		Header  struct {
			ID      string `xml:"MsgId"`
			Created string `xml:"CreDtTm"`
		} `xml:"BkToCstmrStmt>GrpHdr"`
		Statement camtStatement `xml:"BkToCstmrStmt>Stmt"`
	}
	camtStatement struct {
		ID       string        `xml:"Id"`
		Number   int           `xml:"ElctrncSeqNb"`
		Created  string        `xml:"CreDtTm"`
		From     string        `xml:"FrToDt>FrDtTm"`
		To       string        `xml:"FrToDt>ToDtTm"`
		IBAN     string        `xml:"Acct>Id>IBAN"`
		Currency string        `xml:"Acct>Ccy"`
		Balances []camtBalance `xml:"Bal"`
		Entries  []camtEntry   `xml:"Ntry"`
	}
	camtAmount struct {
		Currency string `xml:"Ccy,attr"`
		Value    string `xml:",chardata"`
	}
	camtBalance struct {
		Code   string     `xml:"Tp>CdOrPrtry>Cd"`
		Amount camtAmount `xml:"Amt"`
		Sign   string     `xml:"CdtDbtInd"`
		Date   string     `xml:"Dt>Dt"`
	}
	camtEntry struct {
		Reference string      `xml:"NtryRef"`
		Amount    camtAmount  `xml:"Amt"`
		Sign      string      `xml:"CdtDbtInd"`
		Status    string      `xml:"Sts>Cd"`
		Booked    string      `xml:"BookgDt>Dt"`
		Value     string      `xml:"ValDt>Dt"`
		Domain    string      `xml:"BkTxCd>Domn>Cd"`
		Details   camtDetails `xml:"NtryDtls>TxDtls"`
	}
	camtDetails struct {
		EndToEndID string `xml:"Refs>EndToEndId"`
		Text       string `xml:"RmtInf>Ustrd"`
		Return     string `xml:"RtrInf>Rsn>Cd,omitempty"`
	}
)

// write writes the statement as the bank would send it.
func (s *statement) write(w io.Writer, zone *time.Location) error {
	created := s.to.In(zone).Add(dayEnd).Format(time.RFC3339)
	document := camtDocument{Statement: camtStatement{
		ID: payout.DefaultHouse.IBAN[len(payout.DefaultHouse.IBAN)-8:] + "-" + s.id(), Number: s.number, Created: created,
		From: s.from.In(zone).Format(time.RFC3339), To: s.to.In(zone).Add(24*time.Hour - time.Second).Format(time.RFC3339),
		IBAN: payout.DefaultHouse.IBAN, Currency: string(s.opening.Currency),
		Balances: []camtBalance{camtBalanceOf("OPBD", s.opening, s.from), camtBalanceOf("CLBD", s.closing, s.to)},
	}}
	document.Header.ID, document.Header.Created = document.Statement.ID, created
	for i, line := range s.lines {
		amount, sign := camtMoney(line.Amount)
		day := schedule.DateOf(line.BookedOn, zone).String()
		document.Statement.Entries = append(document.Statement.Entries, camtEntry{
			Reference: fmt.Sprintf("%s-%04d", s.id(), i+1), Amount: amount, Sign: sign, Status: "BOOK", Booked: day, Value: day, Domain: "PMNT",
			Details: camtDetails{EndToEndID: line.Reference, Text: line.Text, Return: line.ReturnCode},
		})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	out := xml.NewEncoder(w)
	out.Indent("", " ")
	if err := out.Encode(document); err != nil {
		return err
	}
	return out.Close()
}

func camtBalanceOf(code string, amount money.Amount, day schedule.Date) camtBalance {
	value, sign := camtMoney(amount)
	return camtBalance{Code: code, Amount: value, Sign: sign, Date: day.String()}
}

// camtMoney writes an amount without its sign, which stands beside it.
func camtMoney(amount money.Amount) (camtAmount, string) {
	sign := "CRDT"
	if amount.Minor < 0 {
		amount.Minor, sign = -amount.Minor, "DBIT"
	}
	value, _, _ := strings.Cut(amount.String(), " ")
	return camtAmount{string(amount.Currency), value}, sign
}
