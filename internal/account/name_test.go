package account

import "testing"

func TestNamesOfCustomersAreShortInPublic(t *testing.T) {
	for name, want := range map[string]string{"Salma Benali": "Salma B.", "Salma": "Salma", "": "", "فاطمة الزهراوي": "فاطمة ز.", "Omar  El Idrissi": "Omar I.", "عبد الله بنجلون": "عبد الله ب.", "Moulay Ali": "Moulay A."} {
		if got := ShortName(name); got != want {
			t.Errorf("%q is called %q, want %q", name, got, want)
		}
	}
}
