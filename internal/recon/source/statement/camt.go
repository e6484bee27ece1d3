package statement

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/source"
)

// maxBatchBytes bounds what is kept of one entry's transactions until it is known whether they add up. An entry with more is one
// record, and a note says so.
const maxBatchBytes = 64 << 20

// camt reads the bank-to-customer messages of ISO 20022: reports (camt.052), statements (camt.053) and notifications (camt.054), in
// every version: the elements read here have kept their names, and where they moved both places are looked at.
type camt struct {
	xml       *xmlReader
	notes     *notes
	numbers   numbering
	seen      bool
	statement *camtStatement
	ready     []record // of the entry that was read last
	maxBatch  int      // maxBatchBytes
	ended     []Balances
}

// camtStatement is a Stmt, Rpt or Ntfctn.
type camtStatement struct {
	id, account string
	currency    money.Currency
	opening     *money.Amount
	closing     *money.Amount
	from        time.Time // day of the opening balance
	through     time.Time // day of the closing one
	closingLine int
	closingText string
	proof       proof
}

func newCamt(r io.Reader, n *notes) *camt {
	return &camt{xml: newXML(r), notes: n, numbers: numbering{}, maxBatch: maxBatchBytes}
}

func (d *camt) next() (record, error) {
	for len(d.ready) == 0 {
		token, err := d.xml.token()
		if errors.Is(err, io.EOF) && !d.seen {
			return record{}, problem("recon_statement.empty", d.xml.line(), "", "")
		}
		if err != nil {
			return record{}, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = d.begin(t)
		case xml.EndElement:
			if d.statement != nil && isStatement(t.Name.Local) {
				err = asError(d.statement.end())
				if b, whole := d.statement.balances(); whole {
					d.ended = remember(d.ended, b)
				}
				d.statement = nil
			}
		}
		if err != nil {
			return record{}, err
		}
	}
	first := d.ready[0]
	d.ready = d.ready[1:]
	return first, nil
}

func isStatement(name string) bool { return name == "Stmt" || name == "Rpt" || name == "Ntfctn" }

// begin takes an element: outside of statements it only looks for one.
func (d *camt) begin(start xml.StartElement) error {
	name := start.Name.Local
	s := d.statement
	if s == nil {
		if isStatement(name) {
			d.seen = true
			d.statement = &camtStatement{}
			d.statement.proof.open(money.Amount{}, false)
		}
		return nil
	}
	switch name {
	case "Ntry":
		return d.entry(start)
	case "Id", "Acct", "Bal":
		e, err := d.xml.read(start)
		if err != nil {
			return err
		}
		return asError(s.take(e))
	}
	return d.xml.skip()
}

// take reads what stands before the entries.
func (s *camtStatement) take(e *element) *source.Problem {
	switch e.name {
	case "Id":
		s.id = e.text
	case "Acct":
		s.account = accountOf(e)
		s.currency = money.Currency(e.get("Ccy"))
	case "Bal":
		return s.balance(e)
	}
	return nil
}

// balance keeps the booked balances: OPBD, or PRCD where the bank gives the closing one of the day before, and CLBD.
func (s *camtStatement) balance(e *element) *source.Problem {
	kind := e.get("Tp/CdOrPrtry/Cd")
	if kind != "OPBD" && kind != "PRCD" && kind != "CLBD" {
		return nil
	}
	amount, err := signedAmount(e)
	if err != nil {
		return problem("recon_statement.malformed", e.lineOf("Amt"), "Bal/Amt", e.get("Amt"))
	}
	if s.currency.Valid() && amount.Currency != s.currency {
		return nil // another currency of the same account
	}
	day, _ := parseISO(e.get("Dt/Dt", "Dt/DtTm")) // zero where it is not said
	switch {
	case kind == "CLBD" && s.closing == nil:
		s.closing, s.closingLine, s.closingText, s.through = &amount, e.lineOf("Amt"), e.get("Amt"), day
	case kind == "OPBD" || kind == "PRCD" && s.opening == nil:
		s.opening, s.from = &amount, day
	}
	return nil
}

// balances are what the statement stands between; false where it lacks one.
func (s *camtStatement) balances() (Balances, bool) {
	if s.opening == nil || s.closing == nil {
		return Balances{}, false
	}
	return Balances{Account: s.account, Number: s.id, Opening: *s.opening, Closing: *s.closing, From: s.from, Through: s.through}, true
}

// book counts a booked entry. An entry of another currency than the balance makes no sum.
func (s *camtStatement) book(amount money.Amount) {
	if s.proof.entries == 0 && !s.proof.unknown && s.proof.sum.Currency == "" {
		s.proof.open(money.Of(0, amount.Currency), false)
	}
	s.proof.add(amount)
}

// end checks the balances, where there are both.
func (s *camtStatement) end() *source.Problem {
	if s.opening == nil || s.closing == nil || s.opening.Currency != s.closing.Currency {
		return nil
	}
	if s.proof.entries == 0 {
		s.proof.sum = money.Of(0, s.opening.Currency)
	}
	s.proof.opening, s.proof.opened = *s.opening, true
	s.proof.unknown = s.proof.unknown || s.proof.sum.Currency != s.opening.Currency
	return s.proof.closes(*s.closing, s.closingLine, "Bal/Amt", s.closingText)
}

// detail is a transaction of an entry.
type detail struct {
	values   [width]string
	amount   money.Amount
	hasMoney bool
}

// entry reads an Ntry with its transactions and makes its records.
func (d *camt) entry(start xml.StartElement) error {
	e := &element{name: "Ntry", line: d.xml.line()}
	var details []detail
	kept, count := 0, 0
	budget := maxSubtreeBytes
	for inside := d.xml.depth - 1; d.xml.depth > inside; {
		token, err := d.xml.token()
		if err != nil {
			return err
		}
		t, begins := token.(xml.StartElement)
		if !begins || t.Name.Local == "NtryDtls" {
			continue
		}
		child, err := d.xml.subtree(t, &budget)
		if err != nil {
			return err
		}
		if child.name != "TxDtls" {
			e.children = append(e.children, child)
			continue
		}
		budget = maxSubtreeBytes
		count++
		if kept >= d.maxBatch {
			continue
		}
		found := d.statement.detail(e, child)
		for _, value := range found.values {
			kept += len(value) + 16
		}
		details = append(details, found)
	}
	if kept >= d.maxBatch {
		d.notes.add(problem("recon_statement.batch", e.line, "Ntry/NtryDtls", ""))
		details = nil
	}
	d.ready = d.statement.records(e, details, count, d.numbers)
	return nil
}

// records makes one record of each transaction where they add up to the entry, else one of the entry.
func (s *camtStatement) records(e *element, details []detail, count int, numbers numbering) []record {
	whole, broken := s.whole(e, numbers)
	if broken != nil {
		s.proof.doubt()
		return []record{{line: e.line, problem: broken}}
	}
	if status := e.get("Sts/Cd", "Sts"); status == "PDNG" || status == "INFO" || status == "FUTR" {
		whole.values[colKind] = join(whole.values[colKind], status)
	} else {
		s.book(whole.amount)
	}
	switch {
	case count == 1 && len(details) == 1:
		merge(&whole.values, &details[0].values)
	case len(details) > 1 && addUp(details, whole.amount):
		return split(whole, details)
	}
	return []record{whole}
}

// whole is the entry as one record.
func (s *camtStatement) whole(e *element, numbers numbering) (record, *source.Problem) {
	r := record{line: e.line}
	bankReference := e.get("AcctSvcrRef")
	id := numbers.id(s.id) // counted for every entry, so that numbers do not depend on references
	if bankReference != "" {
		id = bankReference
	}
	amount, err := signedAmount(e)
	if err != nil {
		path := "Amt"
		if errors.Is(err, errDirection) {
			path = "CdtDbtInd"
		}
		return r, e.broken(err, "Ntry/", path)
	}
	r.amount = amount
	date, valueDate := e.get("BookgDt/Dt", "BookgDt/DtTm"), e.get("ValDt/Dt", "ValDt/DtTm")
	for _, given := range []struct {
		value string
		path  string
		col   int
	}{{date, "BookgDt", colDate}, {valueDate, "ValDt", colValueDate}} {
		if given.value == "" {
			continue
		}
		var day time.Time
		if day, err = parseISO(given.value); err != nil {
			return r, unreadable(err, e.lineOf(given.path), "Ntry/"+given.path, given.value)
		}
		r.values[given.col] = day.Format(isoDate)
	}
	if r.values[colDate] == "" {
		r.values[colDate] = r.values[colValueDate]
	}
	r.values[colAccount], r.values[colStatement], r.values[colID] = s.account, s.id, id
	r.values[colBankReference] = meaningful(bankReference)
	r.values[colReference] = meaningful(e.get("Btch/PmtInfId", "Btch/MsgId", "NtryRef"))
	r.values[colKind] = kindOf(e)
	r.values[colDescription] = e.get("AddtlNtryInf")
	return r, nil
}

// merge puts the details of an entry's only transaction over the entry's own values.
func merge(whole, detail *[width]string) {
	description := join(detail[colDescription], whole[colDescription])
	for i, value := range detail {
		if value != "" && i != colID {
			whole[i] = value
		}
	}
	whole[colDescription] = description
}

// addUp says whether the transactions all carry amounts in the entry's currency whose sum is the entry's.
func addUp(details []detail, to money.Amount) bool {
	sum := money.Of(0, to.Currency)
	for _, d := range details {
		var err error
		if sum, err = sum.Add(d.amount); !d.hasMoney || err != nil {
			return false
		}
	}
	return sum == to
}

// split makes a record of each transaction. They are known by references of their own where all have one.
func split(whole record, details []detail) []record {
	own := map[string]bool{}
	for _, d := range details {
		own[d.values[colID]] = true
	}
	unique := len(own) == len(details) && !own[""]
	numbers := numbering{}
	records := make([]record, len(details))
	for i, d := range details {
		r := record{line: whole.line, amount: d.amount, values: whole.values}
		merge(&r.values, &d.values)
		r.values[colID] = d.values[colID]
		if !unique {
			r.values[colID] = numbers.id(whole.values[colID])
		}
		records[i] = r
	}
	return records
}

// detail reads a TxDtls of an entry of which what stands before its transactions is known.
func (s *camtStatement) detail(entry, e *element) (d detail) {
	direction := e.get("CdtDbtInd")
	if direction == "" {
		direction = entry.get("CdtDbtInd")
	}
	credit := direction == "CRDT"
	for _, path := range []string{"Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"} {
		at := e.at(path)
		if at == nil || at.currency != currencyOf(entry.at("Amt")) {
			continue
		}
		amount, err := parseAmount(at.text, money.Currency(at.currency))
		if err != nil {
			break
		}
		if !credit {
			amount.Minor = -amount.Minor
		}
		d.amount, d.hasMoney = amount, true
		break
	}
	d.values[colID] = e.get("Refs/AcctSvcrRef")
	d.values[colBankReference] = meaningful(d.values[colID])
	if d.values[colID] == entry.get("AcctSvcrRef") {
		d.values[colID] = ""
	}
	if code := kindOf(e); code != "" {
		d.values[colKind] = code
	}
	reversed := entry.get("RvslInd") == "true" || entry.get("RvslInd") == "1"
	d.values[colCounterparty], d.values[colCounterpartyAccount] = s.counterparty(e.at("RltdPties"), credit != reversed)
	d.texts(e, credit)
	return d
}

func currencyOf(e *element) string {
	if e == nil {
		return ""
	}
	return e.currency
}

// counterparty is the debtor of a credit and the creditor of a debit, unless that is the account's own holder.
func (s *camtStatement) counterparty(parties *element, debtor bool) (name, account string) {
	order := [2]string{"Cdtr", "Dbtr"}
	if debtor {
		order = [2]string{"Dbtr", "Cdtr"}
	}
	for _, role := range order {
		name = parties.get(role+"/Pty/Nm", role+"/Nm", role+"/Agt/FinInstnId/Nm", "Ultmt"+role+"/Pty/Nm", "Ultmt"+role+"/Nm")
		account = accountOf(parties.at(role + "Acct"))
		if (name != "" || account != "") && (account == "" || account != s.account) {
			return name, account
		}
	}
	return "", ""
}

// texts reads references and remittance. On a credit the creditor's reference is our own, on a debit the end-to-end one is; the other
// goes into the description.
func (d *detail) texts(e *element, credit bool) {
	endToEnd := meaningful(e.get("Refs/EndToEndId"))
	if endToEnd == "" {
		endToEnd = meaningful(e.get("Refs/InstrId", "Refs/PmtInfId"))
	}
	var parts []string
	remittance := e.at("RmtInf")
	for _, free := range remittance.all("Ustrd") {
		parts = append(parts, free.text)
	}
	creditor := ""
	for _, structured := range remittance.all("Strd") {
		if reference := structured.get("CdtrRefInf/Ref", "CdtrRefInf/CdtrRef"); creditor == "" {
			creditor = reference
		} else {
			parts = append(parts, reference)
		}
		for _, document := range structured.all("RfrdDocInf") {
			parts = append(parts, document.get("Nb", "RfrdDocNb"))
		}
		for _, free := range structured.all("AddtlRmtInf") {
			parts = append(parts, free.text)
		}
	}
	first, second := endToEnd, creditor
	if credit {
		first, second = creditor, endToEnd
	}
	if first == "" {
		first, second = second, ""
	}
	d.values[colReference] = first
	parts = append(parts, second, e.get("RtrInf/Rsn/Cd"), e.get("AddtlTxInf"))
	d.values[colDescription] = strings.Join(nonEmpty(parts), " ")
}

// accountOf returns the number of an account: its IBAN, or what stands for one.
func accountOf(e *element) string {
	return e.get("Id/IBAN", "Id/Othr/Id", "Id/BBAN", "Id/PrtryAcct/Id", "Id/UPIC", "Prxy/Id")
}

// kindOf returns the bank transaction code: domain, family and sub-family, or the bank's own.
func kindOf(e *element) string {
	domain := e.get("BkTxCd/Domn/Cd")
	if domain == "" {
		return e.get("BkTxCd/Prtry/Cd")
	}
	return strings.Join(nonEmpty([]string{domain, e.get("BkTxCd/Domn/Fmly/Cd"), e.get("BkTxCd/Domn/Fmly/SubFmlyCd")}), "-")
}

// signedAmount reads Amt and CdtDbtInd. The indicator of a reversal says where the money went, not where it once came from.
func signedAmount(e *element) (money.Amount, error) {
	at := e.at("Amt")
	if at == nil {
		return money.Amount{}, errAmount
	}
	currency := money.Currency(at.currency)
	if !currency.Valid() {
		return money.Amount{}, errCurrency
	}
	amount, err := parseAmount(at.text, currency)
	if err != nil {
		return amount, err
	}
	switch e.get("CdtDbtInd") {
	case "CRDT":
	case "DBIT":
		amount.Minor = -amount.Minor
	default:
		return amount, errDirection
	}
	return amount, nil
}
