package payout

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/money"
)

// House is who pays: the house as its bank and its invoices name it.
type House struct {
	Name    string
	Address []string // lines
	Phone   string
	IBAN    string
	BIC     string
	ICE     string // identifiant commun de l'entreprise, 15 digits
	IF      string // identifiant fiscal
	RC      string // registre du commerce
}

// DefaultHouse is a made-up company, for whoever tries the program out.
var DefaultHouse = House{
	Name: "Khadamat SARL", Address: []string{"37, boulevard Zerktouni", "20250 Casablanca", "Maroc"},
	IBAN: "MA85230780378000037800000145", BIC: "KHDMMAMC", ICE: "003780000000378", IF: "37800378", RC: "378378 Casablanca",
}

const orderNamespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"

// The message CustomerCreditTransferInitiation (ISO 20022, pain.001.001.09), as far as it is needed here. The order of the fields is that of the
// standard's elements.
type orderDocument struct {
	XMLName    xml.Name        `xml:"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09 Document"`
	Initiation orderInitiation `xml:"CstmrCdtTrfInitn"`
}

type orderInitiation struct {
	Header  orderHeader  `xml:"GrpHdr"`
	Payment orderPayment `xml:"PmtInf"`
}

type orderHeader struct {
	MessageID string     `xml:"MsgId"`
	CreatedAt string     `xml:"CreDtTm"`
	Count     string     `xml:"NbOfTxs"`
	Sum       string     `xml:"CtrlSum"`
	Initiator orderParty `xml:"InitgPty"`
}

type orderPayment struct {
	ID            string          `xml:"PmtInfId"`
	Method        string          `xml:"PmtMtd"`
	BatchBooking  bool            `xml:"BtchBookg"`
	Count         string          `xml:"NbOfTxs"`
	Sum           string          `xml:"CtrlSum"`
	ServiceLevel  string          `xml:"PmtTpInf>SvcLvl>Cd"`
	ExecuteOn     string          `xml:"ReqdExctnDt>Dt"`
	Debtor        orderParty      `xml:"Dbtr"`
	DebtorAccount orderAccount    `xml:"DbtrAcct"`
	DebtorBIC     string          `xml:"DbtrAgt>FinInstnId>BICFI"`
	Charges       string          `xml:"ChrgBr"`
	Transfers     []orderTransfer `xml:"CdtTrfTxInf"`
}

type orderTransfer struct {
	InstructionID   string       `xml:"PmtId>InstrId"`
	EndToEndID      string       `xml:"PmtId>EndToEndId"`
	Amount          orderAmount  `xml:"Amt>InstdAmt"`
	Creditor        orderParty   `xml:"Cdtr"`
	CreditorAccount orderAccount `xml:"CdtrAcct"`
	Remittance      string       `xml:"RmtInf>Ustrd"`
}

type orderParty struct {
	Name string `xml:"Nm"`
}

type orderAccount struct {
	IBAN string `xml:"Id>IBAN"`
}

type orderAmount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

// maxBankName is how long a name may be that every bank carries whole (the message itself takes 140 letters).
const maxBankName = 70

// Order writes the file that asks the house's bank to make the payouts of a batch: a pain.001.001.09 with one payment information, in the
// letters that every bank carries. The same batch and payouts give the same bytes. Payouts that were dropped are left out.
func Order(b Batch, payouts []Payout, house House) ([]byte, error) {
	var transfers []orderTransfer
	total := money.Of(0, b.Total.Currency)
	for _, p := range payouts {
		if p.Status == Dropped {
			continue
		}
		var err error
		if total, err = total.Add(p.Amount); err != nil {
			return nil, fmt.Errorf("payout %s: %w", p.EndToEndID, err)
		}
		transfers = append(transfers, orderTransfer{
			InstructionID: p.EndToEndID, EndToEndID: p.EndToEndID, Amount: orderAmount{string(p.Amount.Currency), plainAmount(p.Amount)},
			Creditor: orderParty{bankName(p.Holder, p.ProviderName)}, CreditorAccount: orderAccount{p.IBAN},
			Remittance: Latin(house.Name+" "+b.Name, maxBankName*2),
		})
	}
	count, sum := strconv.Itoa(len(transfers)), plainAmount(total)
	debtor := orderParty{bankName(house.Name, "Khadamat")}
	document := orderDocument{Initiation: orderInitiation{
		Header: orderHeader{b.Name, b.SentAt.UTC().Format("2006-01-02T15:04:05Z"), count, sum, debtor},
		Payment: orderPayment{
			ID: b.Name, Method: "TRF", Count: count, Sum: sum, ServiceLevel: "NURG", ExecuteOn: b.SentAt.In(zone()).Format(time.DateOnly),
			Debtor: debtor, DebtorAccount: orderAccount{house.IBAN}, DebtorBIC: house.BIC, Charges: "SHAR", Transfers: transfers,
		},
	}}
	var file bytes.Buffer
	file.WriteString(xml.Header)
	encoder := xml.NewEncoder(&file)
	encoder.Indent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("write the order of %s: %w", b.Name, err)
	}
	file.WriteByte('\n')
	return file.Bytes(), nil
}

// bankName is the first of the names of which Latin letters are left.
func bankName(names ...string) string {
	for _, name := range names {
		if said := Latin(name, maxBankName); strings.ContainsFunc(said, func(r rune) bool { return r >= 'A' && r <= 'z' }) {
			return said
		}
	}
	return "Beneficiaire"
}

// plainAmount writes an amount without its currency, with a point before its decimals: "1234.50".
func plainAmount(a money.Amount) string {
	number, _, _ := strings.Cut(a.String(), " ")
	return number
}
