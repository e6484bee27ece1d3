package statement_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"khadamat/internal/money"
	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/statement"
)

func TestAFileSaysBetweenWhichBalancesItsStatementsStand(t *testing.T) {
	const swift = ":20:A\n:25:MA64011519000001205000534921\n:28C:7/1\n:60F:C261119MAD100,00\n:61:2611191119C50,00NTRFX\n:62M:C261119MAD150,00\n" +
		":60M:C261119MAD150,00\n:61:2611201120D20,00NTRFY\n:62F:C261120MAD130,00\n-\n"
	const camt = `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>7</Id><Acct><Id><IBAN>MA64011519000001205000534921</IBAN></Id><Ccy>MAD</Ccy></Acct>
		<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="MAD">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-19</Dt></Dt></Bal>
		<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="MAD">130.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>
		<Ntry><Amt Ccy="MAD">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><BookgDt><Dt>2026-11-20</Dt></BookgDt></Ntry></Stmt></BkToCstmrStmt></Document>`
	for format, text := range map[source.Format]string{source.MT940: swift, source.Camt053: camt} {
		s, err := statement.Open(strings.NewReader(text), format)
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = s.Next()
		}
		if !errors.Is(err, io.EOF) {
			t.Fatalf("%s: %v", format, err)
		}
		found := statement.BalancesOf(s)
		if len(found) != 1 {
			t.Fatalf("%s: %d statements, not one", format, len(found))
		}
		b := found[0]
		if b.Account != "MA64011519000001205000534921" || b.Opening != money.Of(100_00, money.MAD) || b.Closing != money.Of(130_00, money.MAD) ||
			b.From.Format("2006-01-02") != "2026-11-19" || b.Through.Format("2006-01-02") != "2026-11-20" {
			t.Errorf("%s: %+v", format, b)
		}
	}
}
