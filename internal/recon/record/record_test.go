package record

import (
	"testing"
	"time"
)

func column(values ...string) (t Texts) {
	for _, v := range values {
		t.Add([]byte(v))
	}
	return t
}

func TestAmountsAreReadAsTheirColumnWritesThem(t *testing.T) {
	for name, c := range map[string]struct {
		values []string
		want   []int64
	}{
		"French":              {[]string{"1 234,56", "12,00", "-3,5", "1\u202f000,00"}, []int64{123456, 1200, -350, 100000}},
		"English":             {[]string{"1,234.56", "12.00", "(3.50)", "1,000"}, []int64{123456, 1200, -350, 100000}},
		"German":              {[]string{"1.234,56", "1.000", "2.000.000,00"}, []int64{123456, 100000, 200000000}},
		"sign behind":         {[]string{"12.50-", "7.00"}, []int64{-1250, 700}},
		"currency":            {[]string{"MAD 12.50", "12.50 DH", "€7.00", "د.م. 7.25"}, []int64{1250, 1250, 700, 725}},
		"Arabic digits":       {[]string{"١٢٫٥٠", "٧٫٠٠"}, []int64{1250, 700}},
		"whole":               {[]string{"1200", "15"}, []int64{120000, 1500}},
		"thousands and cents": {[]string{"1,234", "0.50"}, []int64{123400, 50}},
	} {
		set := &Set{Rows: make([]int32, len(c.values)), Columns: []Column{{Name: "amount", Values: column(c.values...)}}}
		set.Learn()
		if set.Columns[0].Profile.Type != Number || set.Columns[0].Profile.Role != Amount {
			t.Errorf("%s: taken for %s, %s", name, set.Columns[0].Profile.Type, set.Columns[0].Profile.Role)
			continue
		}
		got, known := Amounts(set)
		for i := range c.want {
			if got[i] != c.want[i] || !known[i] {
				t.Errorf("%s: %q is read as %d, want %d", name, c.values[i], got[i], c.want[i])
			}
		}
	}
}

func TestCreditLessDebitIsTheAmount(t *testing.T) {
	set := &Set{Rows: make([]int32, 3), Columns: []Column{{Name: "Débit", Values: column("12,00", "", "")}, {Name: "Crédit", Values: column("", "7,50", "")}}}
	set.Learn()
	got, known := Amounts(set)
	if got[0] != -1200 || got[1] != 750 || !known[0] || !known[1] || known[2] {
		t.Errorf("%v, known %v", got, known)
	}
}

func TestDatesAreReadInTheOrderThatTheWholeColumnShows(t *testing.T) {
	want := DayOf(time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC))
	for name, values := range map[string][]string{
		"ISO": {"2026-03-04", "2026-11-22"}, "ISO with time": {"2026-03-04T10:00:00Z", "2026-11-22 08:00"}, "day first": {"04/03/2026", "22/11/2026"},
		"month first": {"03/04/2026", "11/22/2026"}, "two digits": {"04.03.26", "22.11.26"}, "packed": {"20260304", "20261122"}, "names": {"4 mars 2026", "22 nov 2026"},
		"nothing shows it": {"04/03/2026", "05/03/2026"},
	} {
		set := &Set{Rows: make([]int32, len(values)), Columns: []Column{{Name: "date", Values: column(values...)}}}
		set.Learn()
		if days := Days(set); days == nil || days[0] != want {
			t.Errorf("%s: %v is taken for %s in order %c", name, values, set.Columns[0].Profile.Type, set.Columns[0].Profile.Order)
		}
	}
}

func TestWhatIsNoNumberOrDateIsText(t *testing.T) {
	for _, value := range []string{"KH4480680", "12 rue", "1-2-3-4", "2026-13-45", "31/02/2026", "--5", "1e5x", "5)", "12/13", ""} {
		set := &Set{Rows: make([]int32, 2), Columns: []Column{{Name: "x", Values: column(value, value)}}}
		set.Learn()
		if kind := set.Columns[0].Profile.Type; kind == Date || kind == Number {
			t.Errorf("%q is taken for a %s", value, kind)
		}
	}
}

func TestNamesOfColumnsTellTheirRoles(t *testing.T) {
	for name, want := range map[string]Role{
		"Montant": Amount, "transaction_amount": Amount, "المبلغ": Amount, "Débit": Debit, "Crédit": Credit, "Date opération": DateRole, "posting_date": DateRole,
		"Libellé": Description, "document_ref": Reference, "N° pièce": Reference, "entryId": ID, "Bénéficiaire": Counterparty, "Devise": Currency, "colour": Attribute,
	} {
		if got := roleOfName(name); got != want {
			t.Errorf("%q tells %s, want %s", name, got, want)
		}
	}
}

func TestFoldingLeavesWhatPeopleReadAsEqual(t *testing.T) {
	for _, pair := range [][2]string{{"Éléonore", "eleonore"}, {"أحمد", "احمد"}, {"فاطمة", "فاطمه"}, {"Œuvre", "oeuvre"}, {"مُحَمَّد", "محمد"}, {"ABC", "abc"}} {
		if Fold(pair[0]) != Fold(pair[1]) {
			t.Errorf("%q is folded to %q, %q to %q", pair[0], Fold(pair[0]), pair[1], Fold(pair[1]))
		}
	}
}

func FuzzLearn(f *testing.F) {
	f.Add("1 234,56", "22/11/2026")
	f.Add("(", "٢٠٢٦")
	f.Fuzz(func(t *testing.T, a, b string) {
		set := &Set{Rows: make([]int32, 2), Columns: []Column{{Name: a, Values: column(a, b)}, {Name: "amount", Values: column(b, a)}, {Name: "date", Values: column(a, a)}}}
		set.Learn()
		if minor, known := Amounts(set); minor != nil && len(minor) != len(known) {
			t.Error("amounts without their being known")
		}
		if days := Days(set); days != nil && len(days) != 2 {
			t.Error("days of other records")
		}
	})
}
