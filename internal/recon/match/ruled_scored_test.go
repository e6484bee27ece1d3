package match

import (
	"fmt"
	"reflect"
	"slices"
	"testing"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/rules"
)

// people are entries whose texts are names, of which the right side writes some differently.
func people() (left, right []entry) {
	first := []string{"Amina", "Youssef", "Khadija", "Omar", "Salma", "Rachid", "Fatima", "Hicham", "Nadia", "Karim"}
	last := []string{"Benali", "Tazi", "Bennis", "Chraibi", "Idrissi", "Berrada", "Lahlou", "Ouazzani", "Naciri", "Skalli"}
	for i := range 100 {
		left = append(left, entry{key: fmt.Sprintf("town %d", i%7), amount: int64(1000 + 37*i), day: record.Day(100 + i), text: first[i%10] + " " + last[i/10]}) //nolint:gosec // small
		name := first[i%10] + " " + last[i/10]
		if i%5 == 0 {
			name = last[i/10] + " " + first[i%10][:4]
		}
		right = append(right, entry{key: fmt.Sprintf("town %d", i%7), amount: int64(1000 + 37*i), day: record.Day(100 + i + i%3), text: name}) //nolint:gosec // small
	}
	slices.Reverse(right)
	return left, right
}

func TestEvidenceIsLearntOrSetByHand(t *testing.T) {
	left, right := people()
	for name, evidence := range map[string]string{
		"learnt from all columns":  "",
		"learnt from some columns": "evidence: {compare: [{kind: date}, {kind: text, left: [text], right: [text]}]}",
		"set by hand":              "evidence: {compare: [{kind: amount, agree: 5, disagree: -3}, {kind: date, agree: 2, disagree: -2}, {kind: text, left: [text], right: [text, key], agree: 14, disagree: -8}]}",
	} {
		o, err := attempt(t, "version: 1\nsign: same\n"+evidence+"\npasses: [{name: p, kind: scored, match: 0.6, suggest: 0.1}]", left, right)
		if err != nil {
			t.Fatal(err)
		}
		hit := 0
		for i, f := range foundBy(o) {
			if f.Left[0] == len(right)-1-f.Right[0] {
				hit++
			}
			if (f.Chance >= 0.6) != (f.Status == result.Matched) || f.Chance < 0.1 {
				t.Errorf("%s: a chance of %v is %s", name, f.Chance, f.Status)
			}
			if len(o.Parts(i)) < 3 {
				t.Errorf("%s: %v does not say why", name, o.Parts(i))
			}
		}
		if hit < 95 {
			t.Errorf("%s: %d of 100, %d found", name, hit, len(foundBy(o)))
		}
	}
}

func TestAScoredPassKeepsToItsLimits(t *testing.T) {
	left, right := people()
	for i := range right {
		if i%2 == 0 {
			right[i].key = "elsewhere"
		}
	}
	o := reconcile(t, "{name: p, kind: scored, fields: [key], date: {days: [0, 1]}}", left, right)
	if len(foundBy(o)) < 25 {
		t.Errorf("%d found", len(foundBy(o)))
	}
	for _, f := range foundBy(o) {
		l, r := left[f.Left[0]], right[f.Right[0]]
		if apart := r.day - l.day; l.key != r.key || apart < 0 || apart > 1 {
			t.Errorf("%+v and %+v", l, r)
		}
	}
}

func TestWeightsSetByHandGoFromAgreementToNone(t *testing.T) {
	agree, disagree := 8.0, -4.0
	given := &rules.Comparison{Agree: &agree, Disagree: &disagree}
	x := &ruled{}
	for _, c := range []comparison{&amounts{}, &days{}, &texts{}} {
		bits, err := x.weights(c, given, "")
		if err != nil {
			t.Fatal(err)
		}
		if bits[0] != 0 || slices.Max(bits) != 8 || slices.Min(bits) != -4 {
			t.Errorf("%T: %v", c, bits)
		}
	}
}

func TestEvidenceFindsOffsetsAndSumsToo(t *testing.T) {
	left, right := people()
	left = append(left, entry{amount: 123456, day: 150, text: "Batch Sebti 4711"})
	right = append(right, entry{amount: 100000, day: 150, text: "Batch Sebti 4711 one"}, entry{amount: 23456, day: 150, text: "Batch Sebti 4711 two"},
		entry{amount: 77777, day: 120, text: "Zineb Kadiri cancelled order 99"}, entry{amount: -77777, day: 121, text: "Zineb Kadiri cancelled order 99"})
	o := reconcile(t, "{name: pairs, kind: scored, amount: equal}, {name: offsets, kind: scored, of: offsets}, {name: sums, kind: scored, of: sums}", left, right)
	kinds := map[string]string{}
	for _, f := range foundBy(o) {
		if f.Pass != "pairs" {
			kinds[f.Pass] += fmt.Sprint(f.Kind, f.Left, f.Right)
		}
	}
	if want := map[string]string{"offsets": "offset[] [102 103]", "sums": "one_to_many[100] [100 101]"}; !reflect.DeepEqual(kinds, want) {
		t.Errorf("%v, want %v", kinds, want)
	}
}
