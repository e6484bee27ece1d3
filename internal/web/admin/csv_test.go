package admin

import "testing"

func TestNoCellIsTakenForAFormula(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "Fuite d’eau": "Fuite d’eau", "12,50": "12,50", "a=b": "a=b",
		"=1+1": "'=1+1", "+212600000000": "'+212600000000", "-5": "'-5", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1", "\r=1": "'\r=1", "  =1": "'  =1", "\u00a0=1": "'\u00a0=1",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
}

func TestAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	for written, want := range map[string]int64{"0": 0, "12": 1200, "12,5": 1250, "12.50": 1250, " 1 234,05 ": 123405, "0,07": 7} {
		if got, ok := hundredths(written); !ok || got != want {
			t.Errorf("%q is %d (%v), want %d", written, got, ok, want)
		}
	}
	for _, wrong := range []string{"", "-1", "1,234", "douze", "1.2.3", "1e3", "99999999999", ",5", "1,-5"} {
		if got, ok := hundredths(wrong); ok {
			t.Errorf("%q is %d", wrong, got)
		}
	}
}
