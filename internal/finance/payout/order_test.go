package payout_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"khadamat/internal/finance/payout"
	"khadamat/internal/money"
)

// elements are those of pain.001.001.09 that the house writes, each with what may stand in it in the order of the standard (ISO 20022, Message
// Definition Report "Payments Initiation"), those that must be there with an exclamation mark.
var elements = map[string][]string{
	"Document":         {"CstmrCdtTrfInitn!"},
	"CstmrCdtTrfInitn": {"GrpHdr!", "PmtInf!", "SplmtryData"},
	"GrpHdr":           {"MsgId!", "CreDtTm!", "Authstn", "NbOfTxs!", "CtrlSum", "InitgPty!", "FwdgAgt", "InitnSrc"},
	"InitgPty":         {"Nm", "PstlAdr", "Id", "CtryOfRes", "CtctDtls"},
	"PmtInf": {"PmtInfId!", "PmtMtd!", "ReqdAdvcTp", "BtchBookg", "NbOfTxs", "CtrlSum", "PmtTpInf", "ReqdExctnDt!", "PoolgAdjstmntDt", "Dbtr!", "DbtrAcct!", "DbtrAgt!", "DbtrAgtAcct",
		"InstrForDbtrAgt", "UltmtDbtr", "ChrgBr", "ChrgsAcct", "ChrgsAcctAgt", "CdtTrfTxInf!"},
	"PmtTpInf":    {"InstrPrty", "SvcLvl", "LclInstrm", "CtgyPurp"},
	"SvcLvl":      {"Cd!"},
	"ReqdExctnDt": {"Dt!"},
	"Dbtr":        {"Nm", "PstlAdr", "Id", "CtryOfRes", "CtctDtls"},
	"DbtrAcct":    {"Id!", "Tp", "Ccy", "Nm", "Prxy"},
	"DbtrAgt":     {"FinInstnId!", "BrnchId"},
	"FinInstnId":  {"BICFI!", "ClrSysMmbId", "LEI", "Nm", "PstlAdr", "Othr"},
	"CdtTrfTxInf": {"PmtId!", "PmtTpInf", "Amt!", "XchgRateInf", "ChrgBr", "MndtRltdInf", "ChqInstr", "UltmtDbtr", "IntrmyAgt1", "IntrmyAgt1Acct", "IntrmyAgt2", "IntrmyAgt2Acct",
		"IntrmyAgt3", "IntrmyAgt3Acct", "CdtrAgt", "CdtrAgtAcct", "Cdtr", "CdtrAcct", "UltmtCdtr", "InstrForCdtrAgt", "InstrForDbtrAgt", "Purp", "RgltryRptg", "Tax", "RltdRmtInf",
		"RmtInf", "SplmtryData"},
	"PmtId": {"InstrId", "EndToEndId!", "UETR"}, "Amt": {"InstdAmt!"}, "Cdtr": {"Nm", "PstlAdr", "Id", "CtryOfRes", "CtctDtls"}, "CdtrAcct": {"Id!", "Tp", "Ccy", "Nm", "Prxy"},
	"Id": {"IBAN!"}, "RmtInf": {"Ustrd", "Strd"},
}

// order is a file as it was read: the texts of elements without children, by name, in their order.
type order map[string][]string

// readOrder reads a file and complains about every element that has no place where it stands.
func readOrder(t *testing.T, file []byte) order {
	t.Helper()
	type open struct {
		name string
		have []string
		text strings.Builder
	}
	var stack []*open
	read := order{}
	for decoder := xml.NewDecoder(bytes.NewReader(file)); ; {
		token, err := decoder.Token()
		if err == io.EOF {
			return read
		}
		if err != nil {
			t.Fatalf("the file is not well-formed: %v", err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Space != "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09" {
				t.Errorf("%s stands in %q", e.Name.Local, e.Name.Space)
			}
			if len(stack) > 0 {
				top := stack[len(stack)-1]
				top.have = append(top.have, e.Name.Local)
			}
			stack = append(stack, &open{name: e.Name.Local})
		case xml.CharData:
			if len(stack) > 0 {
				stack[len(stack)-1].text.Write(e)
			}
		case xml.EndElement:
			top := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			checkOrder(t, top.name, top.have)
			if len(top.have) == 0 {
				read[top.name] = append(read[top.name], top.text.String())
			}
		}
	}
}

func checkOrder(t *testing.T, parent string, have []string) {
	t.Helper()
	at := 0
	for _, name := range have {
		place := slices.IndexFunc(elements[parent], func(known string) bool { return strings.TrimSuffix(known, "!") == name })
		if place < at {
			t.Errorf("%s stands in the wrong place of %s", name, parent)
		}
		at = max(at, place)
	}
	for _, known := range elements[parent] {
		if name, must := strings.CutSuffix(known, "!"); must && !slices.Contains(have, name) {
			t.Errorf("%s lacks %s", parent, name)
		}
	}
}

func sentBatch() (payout.Batch, []payout.Payout) {
	at := time.Date(2026, time.November, 16, 23, 30, 0, 0, time.UTC) // the next day in Casablanca
	b := payout.Batch{Name: "KHP-2026-W47", Count: 3, Total: mad(100_000), SentAt: at}
	payouts := []payout.Payout{
		{Holder: "Société d’Électricité <Atlas> & Fils", IBAN: "MA46011780000012300006078946", Amount: mad(99_899)},
		{Holder: "محمد بن عبد الله", IBAN: "MA46011780000012300006078946", Amount: money.Of(99, money.MAD)},
		{Holder: "张伟", ProviderName: "Plomberie Atlas", IBAN: "FR1420041010050500013M02606", Amount: money.Of(10001, money.MAD)},
		{Holder: "Nobody", Amount: mad(7), Status: payout.Dropped},
	}
	for i := range payouts {
		payouts[i].EndToEndID = payout.EndToEndID(b.Name, i+1)
	}
	return b, payouts
}

func TestTheOrderIsBuiltAsTheStandardSays(t *testing.T) {
	b, payouts := sentBatch()
	file, err := payout.Order(b, payouts, payout.DefaultHouse)
	if err != nil {
		t.Fatal(err)
	}
	read := readOrder(t, file)
	for name, want := range map[string][]string{
		"MsgId": {"KHP-2026-W47"}, "PmtInfId": {"KHP-2026-W47"}, "CreDtTm": {"2026-11-16T23:30:00Z"}, "Dt": {"2026-11-16"}, "PmtMtd": {"TRF"}, "Cd": {"NURG"}, "BtchBookg": {"false"},
		"NbOfTxs": {"3", "3"}, "CtrlSum": {"100000.00", "100000.00"}, "InstdAmt": {"99899.00", "0.99", "100.01"},
		"EndToEndId": {"KHP-2026-W47-00001", "KHP-2026-W47-00002", "KHP-2026-W47-00003"},
		"IBAN":       {payout.DefaultHouse.IBAN, "MA46011780000012300006078946", "MA46011780000012300006078946", "FR1420041010050500013M02606"},
		"Nm":         {"Khadamat SARL", "Khadamat SARL", "Societe D'Electricite Atlas + Fils", "Mhmd Bn Abd Allh", "Plomberie Atlas"},
	} {
		if !slices.Equal(read[name], want) {
			t.Errorf("%s is %q, want %q", name, read[name], want)
		}
	}
	if !bytes.Contains(file, []byte(`<InstdAmt Ccy="MAD">99899.00</InstdAmt>`)) {
		t.Error("the currency is missing")
	}
	again, err := payout.Order(b, payouts, payout.DefaultHouse)
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("the same batch gives other bytes (%v)", err)
	}
}

// carried are the letters that every bank takes (EPC217-08).
var carried = regexp.MustCompile(`^[A-Za-z0-9/\-?:().,'+ ]+$`)

func TestTheOrderHasOnlyLettersThatBanksCarry(t *testing.T) {
	b, payouts := sentBatch()
	payouts[0].Holder = "//Ünïcôdé\u200f — №1 «Œuvre» ١٢٣ //ـــ" + strings.Repeat("é", 100)
	file, err := payout.Order(b, payouts, payout.DefaultHouse)
	if err != nil {
		t.Fatal(err)
	}
	for name, texts := range readOrder(t, file) {
		for _, text := range texts {
			if !carried.MatchString(text) || len(text) > 140 || strings.HasPrefix(text, "/") || strings.HasSuffix(text, "/") || strings.Contains(text, "//") {
				t.Errorf("%s is %q", name, text)
			}
		}
	}
}

func TestNamesAreWrittenInLatinLetters(t *testing.T) {
	for name, want := range map[string]string{
		"فاطمة الزهراء": "Fatma Alzhra", "يوسف العلوي": "Yousf Alaloui", "وليد": "Wlid", "مُحَمَّد": "Mouhammad", "شركة ١٢٣": "Chrka 123",
		"Zoë Müller-Straße": "Zoe Muller-Strasse", "  Hamid   TAZI ": "Hamid TAZI", "": "", "///": "",
	} {
		if got := payout.Latin(name, 70); got != want {
			t.Errorf("%q is %q, want %q", name, got, want)
		}
	}
}

func TestIBANs(t *testing.T) {
	for typed, want := range map[string]string{
		"MA46 0117 8000 0012 3000 0607 8946": "MA46011780000012300006078946", "ma46-0117-8000-0012-3000-0607-8946": "MA46011780000012300006078946",
		"MA٤٦ 0117 8000 0012 3000 0607 8946": "MA46011780000012300006078946", "GB82 WEST 1234 5698 7654 32": "GB82WEST12345698765432",
		"FR14 2004 1010 0505 0001 3M02 606":  "FR1420041010050500013M02606",
		"MA46 0117 8000 0012 3000 0607 8964": "", "MA46 0117 8000 0012 3000 0607 894": "", "XX46 0117 8000 0012 3000 0607 8946": "", "": "", "MA": "",
		"MAAA 0117 8000 0012 3000 0607 8946": "", "MA46 0117 8000 0012 3000 0607 89é": "", strings.Repeat("1", 1000): "",
	} {
		if got, ok := payout.ParseIBAN(typed); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %q, %v; want %q", typed, got, ok, want)
		}
	}
	if got := payout.MaskIBAN("MA46011780000012300006078946"); strings.Contains(got, "0117") || !strings.HasPrefix(got, "MA") || !strings.HasSuffix(got, "8946") {
		t.Errorf("masked it is %q", got)
	}
}

func TestEveryWrongDigitIsSeen(t *testing.T) {
	const iban = "MA46011780000012300006078946"
	for at := 2; at < len(iban); at++ {
		for digit := byte('0'); digit <= '9'; digit++ {
			wrong := iban[:at] + string(digit) + iban[at+1:]
			if _, ok := payout.ParseIBAN(wrong); ok != (wrong == iban) {
				t.Errorf("%s passes: %v", wrong, ok)
			}
		}
	}
}

func TestTheFileOfABatchIsKept(t *testing.T) {
	each(t, func(w *world) {
		w.earned(w.earner("Hamid"), mad(300))
		w.nextDay()
		b := w.prepared()
		_, _, err := w.payouts.File(w.Context(), w.finance, b.ID)
		w.refused(err, "conflict", "payout.not_sent")
		_, err = w.payouts.Send(w.Context(), w.reviewer, b.ID)
		w.must(err)
		name, first, err := w.payouts.File(w.Context(), w.finance, b.ID)
		w.must(err)
		w.nextDay()
		_, second, err := w.payouts.File(w.Context(), w.reviewer, b.ID)
		w.must(err)
		sent, payouts, err := w.payouts.Batch(w.Context(), w.finance, b.ID)
		w.must(err)
		made, err := payout.Order(sent, payouts, payout.DefaultHouse)
		w.must(err)
		if name != "KHP-2026-W23.xml" || !bytes.Equal(first, second) || !bytes.Equal(first, made) {
			w.Errorf("%s has changed:\n%s\n%s", name, first, second)
		}
	})
}
