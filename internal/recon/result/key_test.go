package result

import "testing"

func keyOf(side Side, columns []string, values ...string) string {
	return Key(NewKeys(side, columns).Content(func(column int) []byte { return []byte(values[column]) }), 0)
}

func TestARecordKeepsItsKeyWhereverItsColumnsStand(t *testing.T) {
	key := keyOf(Left, []string{"ref", "amount"}, "A1", "10.00")
	for name, other := range map[string]string{
		"another order":    keyOf(Left, []string{"amount", "ref"}, "10.00", "A1"),
		"an empty column":  keyOf(Left, []string{"amount", "new", "ref"}, "10.00", " ", "A1"),
		"spaces around it": keyOf(Left, []string{"ref", "amount"}, " A1", "10.00\t"),
	} {
		if other != key {
			t.Errorf("%s: %s, want %s", name, other, key)
		}
	}
	for name, other := range map[string]string{
		"another value":          keyOf(Left, []string{"ref", "amount"}, "A1", "10.01"),
		"another side":           keyOf(Right, []string{"ref", "amount"}, "A1", "10.00"),
		"another column":         keyOf(Left, []string{"ref", "total"}, "A1", "10.00"),
		"values that are joined": keyOf(Left, []string{"ref", "amount"}, "A110.00", ""),
		"no values":              keyOf(Left, nil),
	} {
		if other == key {
			t.Errorf("%s has the same key", name)
		}
	}
	if len(key) != 26 || Key(Content{}, 2) != "aaaaaaaaaaaaaaaaaaaaaaaaaa.3" {
		t.Errorf("%s, %s", key, Key(Content{}, 2))
	}
}

func TestSidesHaveNames(t *testing.T) {
	for side, want := range map[Side]string{Left: "left", Right: "right", 2: "source3", 7: "source8"} {
		if side.String() != want {
			t.Errorf("side %d is %s", side, side)
		}
	}
}
